/** §4.1 One Python file or notebook to its facts. Nothing here knows the path: equal bytes give equal facts. */

import { unlessFault } from '../fault.js';
import { readTree } from '../syntax/file.js';
import type { ParsePython } from '../syntax/node.js';
import { FACTS_VERSION, type Flaw, type PythonFacts } from './facts.js';
import { decodeSource, MAX_BYTES, type PythonKind, readySource } from './source.js';
import { isVerbName } from './verbs.js';

/** One Python source to read, and the facts of several as JSON, in their order. */
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

/** The facts of a job as JSON; a file that has too much to say, or that the scanner fails on, has a flaw that says so. */
export function factsText({ kind, bytes }: Pick<PythonJob, 'kind' | 'bytes'>, parse: ParsePython): string {
  const read = unlessFault('', () => JSON.stringify(extractPython(kind, bytes, parse)));
  if ('fault' in read) return JSON.stringify(emptyFacts([{ reason: 'scan-fault', line: 1, text: read.fault.text }]));
  if (read.value.length <= MAX_FACTS) return read.value;
  return JSON.stringify(emptyFacts([{ reason: 'too-large', line: 1, text: `${read.value.length} characters of facts` }]));
}

export function extractSource(kind: PythonKind, source: string, parse: ParsePython): PythonFacts {
  const ready = readySource(kind, source);
  const tree = parse(ready.text, (root) => readTree(ready.text, root, isVerbName));
  if (!tree) return emptyFacts([...ready.flaws, { reason: 'parse-timeout', line: 1, text: `${ready.text.length} characters` }]);
  return {
    version: FACTS_VERSION,
    ...tree,
    sql: ready.sql,
    runs: ready.runs,
    ...(ready.cells ? { cells: ready.cells } : {}),
    main: /__name__\s*==/.test(ready.text),
    flaws: [...ready.flaws, ...tree.flaws],
  };
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
    version: FACTS_VERSION,
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
