/** The Python parser: our own, and for what that leaves tree-sitter as WebAssembly, one tree at a time, cancelled at a deadline. */
import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';
import { Language, Parser } from 'web-tree-sitter';
import type { ParsePython } from '../../../analyzers/syntax/node.js';
import { parsePythonSource } from '../../../analyzers/syntax/parse-python.js';

const DEADLINE_MS = 500;
/**
 * The parser reports every hundred of its steps. A megabyte that somebody wrote takes some 2,500 reports and 0.1 s of a processor:
 * below this many the deadline is not asked, so that what is read of it does not hang on how busy the machine is.
 */
const REPORTS = 4_000;

/** What comes back parses synchronously. */
export async function openParser(deadlineMs = DEADLINE_MS): Promise<ParsePython> {
  const parseRest = await openTreeSitter(deadlineMs);
  return (source, use) => {
    const root = parsePythonSource(source);
    return root ? use(root) : parseRest(source, use);
  };
}

/** Tree-sitter alone: loads its grammar. */
export async function openTreeSitter(deadlineMs = DEADLINE_MS): Promise<ParsePython> {
  const require = createRequire(import.meta.url);
  await Parser.init({ locateFile: () => require.resolve('web-tree-sitter/web-tree-sitter.wasm') });
  const language = await Language.load(require.resolve('tree-sitter-python/tree-sitter-python.wasm'));
  const parser = new Parser();
  parser.setLanguage(language);
  return (source, use) => {
    const end = performance.now() + deadlineMs;
    let reports = 0;
    const tree = parser.parse(withoutManyComments(source), null, {
      progressCallback: () => ++reports > REPORTS && performance.now() > end,
    });
    if (!tree) {
      parser.reset();
      return undefined;
    }
    try {
      return use(tree.rootNode);
    } finally {
      tree.delete();
    }
  };
}

/** From each line that holds only a comment the grammar looks ahead over all that follow. */
const MAX_COMMENTS = 1_000;

/** The same places with blanks where comments fill whole lines, if there are many of them. */
function withoutManyComments(source: string): string {
  const lines = source.match(/^[ \t]*#/gm)?.length ?? 0;
  return lines <= MAX_COMMENTS ? source : source.replaceAll(/^[ \t]*#.*$/gm, (line) => ' '.repeat(line.length));
}
