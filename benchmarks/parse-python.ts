/** Our own Python parser against tree-sitter, over every `.py` file of some folders: the same facts, and how fast. Exit 1 when a fact differs. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { extractSource } from '../analyzers/python/extract.js';
import { decodeSource, readySource } from '../analyzers/python/source.js';
import type { ParsePython } from '../analyzers/syntax/node.js';
import { parsePythonSource } from '../analyzers/syntax/parse-python.js';
import { openParser, openTreeSitter } from '../src/adapters/tree-sitter/parse.js';

const LARGEST = 2_000_000;
/** Files that are held at a time. */
const BATCH = 400;
const DEADLINE_MS = 60_000;
const SHOWN = 20;

type Tally = { files: number; bytes: number; left: number; leftBroken: number; differ: number; ours: number; theirs: number };

function pythonFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.py'))
    .map((path) => join(folder, path))
    .filter((path) => {
      const stat = statSync(path, { throwIfNoEntry: false });
      return stat?.isFile() === true && stat.size <= LARGEST;
    })
    .sort();
}

/** Facts of each source as JSON, and the processor time in milliseconds that they took. */
function timed(sources: readonly string[], parse: ParsePython): { readonly facts: readonly string[]; readonly ms: number } {
  const before = process.cpuUsage();
  const facts = sources.map((source) => extractSource('py', source, parse));
  const { user, system } = process.cpuUsage(before);
  return { facts: facts.map((one) => JSON.stringify(one)), ms: (user + system) / 1_000 };
}

function compare(paths: readonly string[], parsers: { readonly ours: ParsePython; readonly theirs: ParsePython }, tally: Tally): void {
  const bytes = paths.map((path) => readFileSync(path));
  const sources = bytes.map(decodeSource);
  const ours = timed(sources, parsers.ours);
  const theirs = timed(sources, parsers.theirs);
  tally.files += paths.length;
  tally.ours += ours.ms;
  tally.theirs += theirs.ms;
  for (const [index, path] of paths.entries()) {
    tally.bytes += bytes[index]?.length ?? 0;
    const expected = theirs.facts[index] ?? '';
    if (!parsePythonSource(readySource('py', sources[index] ?? '').text)) {
      tally.left += 1;
      const isBroken = expected.includes('"parse-error"');
      if (isBroken) tally.leftBroken += 1;
      else if (process.env.SHOW_LEFT) console.log(`left ${path}`);
    }
    if (ours.facts[index] === expected) continue;
    tally.differ += 1;
    if (tally.differ <= SHOWN) console.log(`differs ${path}\n${firstDifference(ours.facts[index] ?? '', expected)}`);
  }
}

function firstDifference(ours: string, theirs: string): string {
  let at = 0;
  while (at < ours.length && ours[at] === theirs[at]) at += 1;
  const from = Math.max(0, at - 60);
  return `  ours:   ${ours.slice(from, at + 120)}\n  theirs: ${theirs.slice(from, at + 120)}`;
}

function print(folder: string, { files, bytes, left, leftBroken, differ, ours, theirs }: Tally): void {
  const rate = (ms: number): string => (bytes / 1_000 / ms).toFixed(1);
  const share = ((100 * left) / Math.max(1, files)).toFixed(2);
  console.log(
    `${folder}: ${files} files, ${(bytes / 1e6).toFixed(1)} MB; left to tree-sitter ${left} (${share} %), ${leftBroken} of them no Python 3 to it either; ` +
      `${differ} differ; parse and facts ${rate(ours)} MB/s against ${rate(theirs)} MB/s, ${(theirs / ours).toFixed(1)} times as fast`,
  );
}

const folders = process.argv.slice(2);
if (folders.length === 0) throw new Error('name the folders whose Python files are compared');
const parsers = { ours: await openParser(DEADLINE_MS), theirs: await openTreeSitter(DEADLINE_MS) };
for (const folder of folders) {
  const tally: Tally = { files: 0, bytes: 0, left: 0, leftBroken: 0, differ: 0, ours: 0, theirs: 0 };
  const paths = pythonFiles(folder);
  for (let at = 0; at < paths.length; at += BATCH) compare(paths.slice(at, at + BATCH), parsers, tally);
  print(folder, tally);
  if (tally.differ > 0) process.exitCode = 1;
}
