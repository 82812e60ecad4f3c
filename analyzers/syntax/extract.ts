/** §4.1 One Python file or notebook to its facts. Nothing here knows the path: equal bytes give equal facts. */

import { unlessFault } from '../fault.js';
import { emptyFacts, type Flaw, type PythonFacts } from '../python/facts.js';
import { indexOf } from '../python/facts-index.js';
import { packFacts } from '../python/packed.js';
import { decodeSource, MAX_BYTES, type PythonKind, readySource } from '../python/source.js';
import { isVerbName } from '../python/verbs.js';
import { MAX_STEPS } from './expression.js';
import { readTree } from './file.js';
import type { ParsePython } from './node.js';

/** One Python source to read, and the packed facts of several, in their order. */
export type PythonJob = { readonly kind: PythonKind; readonly sha: string; readonly bytes: Uint8Array };
export type ReadPython = (jobs: readonly PythonJob[]) => Promise<readonly string[]>;

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
  const cut = [...calls].find(({ chain }) => chain.steps.length >= MAX_STEPS);
  return cut ? [{ reason: 'too-deep', line: cut.line, text: `a chain of more than ${MAX_STEPS} steps` }] : [];
}
