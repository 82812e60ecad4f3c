/** The Python parser: tree-sitter as WebAssembly, one tree at a time, cancelled at a deadline. */
import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';
import { Language, Parser } from 'web-tree-sitter';
import type { ParsePython } from '../../../analyzers/syntax/node.js';

const DEADLINE_MS = 500;

/** Loads grammar and parser; what comes back parses synchronously. */
export async function openParser(deadlineMs = DEADLINE_MS): Promise<ParsePython> {
  const require = createRequire(import.meta.url);
  await Parser.init({ locateFile: () => require.resolve('web-tree-sitter/web-tree-sitter.wasm') });
  const language = await Language.load(require.resolve('tree-sitter-python/tree-sitter-python.wasm'));
  const parser = new Parser();
  parser.setLanguage(language);
  return (source, use) => {
    const end = performance.now() + deadlineMs;
    const tree = parser.parse(source, null, { progressCallback: () => performance.now() > end });
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
