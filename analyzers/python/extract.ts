/** §4.1 One Python file or notebook to its facts. Nothing here knows the path: equal bytes give equal facts. */

import { unlessFault } from '../fault.js';
import { MAX_STEPS } from '../syntax/expression.js';
import { readTree } from '../syntax/file.js';
import type { ParsePython } from '../syntax/node.js';
import type { Flaw, PythonFacts } from './facts.js';
import { indexOf } from './facts-index.js';
import { packFacts } from './packed.js';
import { decodeSource, MAX_BYTES, type PythonKind, readySource } from './source.js';
import { isVerbName } from './verbs.js';

/** One Python source to read, and the packed facts of several, in their order. */
export type PythonJob = { readonly kind: PythonKind; readonly sha: string; readonly bytes: Uint8Array };
export type ReadPython = (jobs: readonly PythonJob[]) => Promise<readonly string[]>;
/** The facts of a TypeScript file; what takes too long is a flaw. */
export type ReadTypeScript = (text: string) => Promise<PythonFacts>;

export function extractPython(kind: PythonKind, bytes: Uint8Array, parse: ParsePython): PythonFacts {
  if (bytes.length > MAX_BYTES[kind]) return emptyFacts([{ reason: 'too-large', line: 1, text: `${bytes.length} bytes` }]);
  return extractSource(kind, decodeSource(bytes), parse);
}

/** More than ten times what the longest file that is read has to say. */
const MAX_FACTS = 16_000_000;

/** The packed facts of a job; a file that has too much to say, or that the scanner fails on, has a flaw that says so. */
export function factsText({ kind, bytes }: Pick<PythonJob, 'kind' | 'bytes'>, parse: ParsePython): string {
  const read = unlessFault('', () => packFacts(extractPython(kind, bytes, parse)));
  if ('fault' in read) return packFacts(emptyFacts([{ reason: 'scan-fault', line: 1, text: read.fault.text }]));
  if (read.value.length <= MAX_FACTS) return read.value;
  return packFacts(emptyFacts([{ reason: 'too-large', line: 1, text: `${read.value.length} characters of facts` }]));
}

export function extractSource(kind: PythonKind, source: string, parse: ParsePython): PythonFacts {
  const ready = readySource(kind, source);
  const tree = parse(ready.text, (root) => readTree(ready.text, root, isVerbName));
  if (!tree) return emptyFacts([...ready.flaws, { reason: 'parse-timeout', line: 1, text: `${ready.text.length} characters` }]);
  return {
    ...tree,
    index: indexOf(tree),
    sql: ready.sql,
    runs: ready.runs,
    ...(ready.cells ? { cells: ready.cells } : {}),
    main: /__name__\s*==/.test(ready.text),
    flaws: [...ready.flaws, ...tree.flaws, ...cutChains(tree.calls)],
  };
}

/** What such a chain begins with is not known, so that a write at its end is none: said once a file. */
function cutChains(calls: PythonFacts['calls']): Flaw[] {
  const cut = calls.find(({ chain }) => chain.steps.length >= MAX_STEPS);
  return cut ? [{ reason: 'too-deep', line: cut.line, text: `a chain of more than ${MAX_STEPS} steps` }] : [];
}

/** Read again it may say more: the clock ended it, and the machine may have been busy. */
export function isGivenUp({ flaws }: Pick<PythonFacts, 'flaws'>): boolean {
  return flaws.some(({ reason }) => reason === 'parse-timeout');
}

export function emptyFacts(flaws: readonly Flaw[]): PythonFacts {
  const module = {
    kind: 'module',
    name: '',
    parent: -1,
    block: 0,
    line: 1,
    endLine: 1,
    params: [],
    decorators: [],
    bases: [],
    returns: [],
  } as const;
  const block = { parent: -1, statement: 0, branches: 1, kind: 'module' } as const;
  return {
    index: { calls: [], defs: [], bases: [], renamed: [], sites: [], settings: [] },
    imports: [],
    scopes: [module],
    blocks: [block],
    binds: [],
    calls: [],
    sql: [],
    runs: [],
    main: false,
    flaws,
  };
}
