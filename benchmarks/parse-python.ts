/**
 * Our own Python parser against tree-sitter, over every `.py` file of some folders: that the facts are the same, and what they cost.
 * Each of the two is timed in a process of its own. Exit 1 when a fact differs.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeSource, MAX_BYTES, readySource } from '../analyzers/python/source.js';
import { extractSource } from '../analyzers/syntax/extract.js';
import type { ParsePython } from '../analyzers/syntax/node.js';
import { parsePythonSource } from '../analyzers/syntax/parse-python.js';
import { openParser, openTreeSitter } from '../src/adapters/tree-sitter/parse.js';

const DEADLINE_MS = 60_000;
const SHOWN = 20;

type Tally = { files: number; bytes: number; readonly left: string[]; broken: number; differ: number };

function pythonFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.py'))
    .map((path) => join(folder, path))
    .filter((path) => {
      const stat = statSync(path, { throwIfNoEntry: false });
      return stat?.isFile() === true && stat.size <= MAX_BYTES.py;
    })
    .sort();
}

async function compare(paths: readonly string[]): Promise<Tally> {
  const ours = await openParser(DEADLINE_MS);
  const theirs = await openTreeSitter(DEADLINE_MS);
  const tally: Tally = { files: paths.length, bytes: 0, left: [], broken: 0, differ: 0 };
  for (const path of paths) {
    const bytes = readFileSync(path);
    const source = decodeSource(bytes);
    tally.bytes += bytes.length;
    const facts = JSON.stringify(extractSource('py', source, ours));
    const expected = JSON.stringify(extractSource('py', source, theirs));
    if (!parsePythonSource(readySource('py', source).text)) {
      if (expected.includes('"parse-error"')) tally.broken += 1;
      else tally.left.push(path);
    }
    if (facts === expected) continue;
    tally.differ += 1;
    if (tally.differ <= SHOWN) console.log(`differs: ${path}\n${firstDifference(facts, expected)}`);
  }
  return tally;
}

function firstDifference(ours: string, theirs: string): string {
  let at = 0;
  while (at < ours.length && ours[at] === theirs[at]) at += 1;
  const from = Math.max(0, at - 60);
  return `  ours:   ${ours.slice(from, at + 120)}\n  theirs: ${theirs.slice(from, at + 120)}`;
}

/** Milliseconds of processor time for the facts of all files, reading them aside. */
function timeOf(paths: readonly string[], parse: ParsePython): number {
  let spent = 0;
  for (const path of paths) {
    const source = decodeSource(readFileSync(path));
    const before = process.cpuUsage();
    extractSource('py', source, parse);
    const { user, system } = process.cpuUsage(before);
    spent += user + system;
  }
  return spent / 1_000;
}

function timedApart(folder: string, which: 'ours' | 'theirs'): number {
  return Number(execFileSync(process.execPath, [fileURLToPath(import.meta.url), `--time=${which}`, folder], { encoding: 'utf8' }));
}

async function report(folder: string): Promise<void> {
  const { files, bytes, left, broken, differ } = await compare(pythonFiles(folder));
  const [ours, theirs] = [timedApart(folder, 'ours'), timedApart(folder, 'theirs')];
  const rate = (ms: number): string => `${(bytes / 1_000 / ms).toFixed(1)} MB/s`;
  const share = ((100 * (left.length + broken)) / Math.max(1, files)).toFixed(2);
  for (const path of left) console.log(`left to tree-sitter: ${path}`);
  console.log(`${folder}: ${files} files, ${(bytes / 1e6).toFixed(1)} MB, ${differ} differ`);
  console.log(`  left to tree-sitter: ${left.length + broken} files (${share} %), ${broken} of them not whole to it either`);
  console.log(`  parse and facts: ${rate(ours)} against ${rate(theirs)}, ${(theirs / ours).toFixed(1)} times as fast`);
  if (differ > 0) process.exitCode = 1;
}

const [mode = '', ...folders] = process.argv.slice(2).sort((a, b) => Number(b.startsWith('--')) - Number(a.startsWith('--')));
if (mode === '') throw new Error('name the folders whose Python files are compared');
if (mode.startsWith('--time=')) {
  const parse = await (mode === '--time=ours' ? openParser : openTreeSitter)(DEADLINE_MS);
  console.log(timeOf(pythonFiles(folders[0] ?? '.'), parse));
} else for (const folder of [mode, ...folders]) await report(folder);
