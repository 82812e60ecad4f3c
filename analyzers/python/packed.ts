/**
 * §4.1 The facts of a file as text: a few times smaller than their JSON, and read part by part, as most of most files is never
 * asked for. The first line is the head, each other a part; calls are a line each.
 */

import { once } from '../once.js';
import type { Bind, Block, Call, Calls, Import, PythonFacts, Scope } from './facts.js';
import { type Packed, type PackedParam, packExpr, packParam, unpackExpr, unpackParam } from './packed-expression.js';

type PackedImport = readonly [
  local: string,
  module: string,
  scope: number,
  level: number,
  line: number,
  name?: string | null,
  block?: number,
];
type PackedScope = readonly [
  kind: number,
  name: string,
  parent: number,
  block: number,
  line: number,
  lines: number,
  params: readonly PackedParam[],
  decorators: readonly Packed[],
  bases: readonly Packed[],
  returns: readonly Packed[],
  returnsAt?: readonly (readonly [number, number])[] | null,
  outer?: readonly string[],
];
type PackedBlock = readonly [
  parent: number,
  statement: number,
  branches: number,
  kind: number,
  leaves?: number,
  pos?: number | null,
  scope?: number,
  when?: Packed | null,
  over?: number,
];
type PackedBind = readonly [
  name: string,
  scope: number,
  block: number,
  pos: number,
  line: number,
  value: Packed,
  how: number,
  index: number | null,
  annotation: string | null,
  key?: Packed,
];
type PackedCall = readonly [scope: number, block: number, pos: number, line: number, lines: number, chain: Packed, text?: string];

type Head = Pick<PythonFacts, 'sql' | 'runs' | 'main' | 'flaws'> & {
  readonly imports: readonly PackedImport[];
  /** The characters of each part, in their order: a text that was cut short is none. */
  readonly sizes: readonly number[];
};

const SCOPES = ['module', 'def', 'class'] as const;
const BLOCKS = ['module', 'def', 'class', 'if', 'for', 'while', 'with', 'try', 'match', 'each'] as const;
const BINDS = ['assign', 'augment', 'for', 'with', 'delete'] as const;

export function packFacts(facts: PythonFacts): string {
  const { sql, runs, main, flaws } = facts;
  const parts = [
    JSON.stringify(facts.index),
    JSON.stringify(facts.scopes.map(packScope)),
    JSON.stringify(facts.blocks.map(packBlock)),
    JSON.stringify(facts.binds.map(packBind)),
    [...facts.calls].map((call) => JSON.stringify(packCall(call))).join('\n'),
    JSON.stringify(facts.cells ?? null),
  ];
  const head: Head = { sql, runs, main, flaws, imports: facts.imports.map(packImport), sizes: parts.map(({ length }) => length) };
  return [JSON.stringify(head), ...parts].join('\n');
}

/** A text that is not whole is nothing. */
export function unpackFacts(text: string): PythonFacts | undefined {
  const end = text.indexOf('\n');
  const head = headOf(text.slice(0, Math.max(end, 0)));
  if (!head) return undefined;
  const starts = head.sizes.map((_, index) => end + 1 + index + head.sizes.slice(0, index).reduce((sum, size) => sum + size, 0));
  const [last, lastSize] = [starts.at(-1) ?? 0, head.sizes.at(-1) ?? 0];
  if (text.length !== last + lastSize) return undefined;
  const part = (index: number): string => text.slice(starts[index], (starts[index] ?? 0) + (head.sizes[index] ?? 0));
  const { sql, runs, main, flaws } = head;
  const lazy = {
    index: once((): PythonFacts['index'] => JSON.parse(part(0))),
    scopes: once(() => listOf<PackedScope>(part(1)).map(unpackScope)),
    blocks: once(() => listOf<PackedBlock>(part(2)).map(unpackBlock)),
    binds: once(() => listOf<PackedBind>(part(3)).map(unpackBind)),
    calls: once(() => callsOf(part(4))),
    cells: once((): PythonFacts['cells'] | null => JSON.parse(part(5))),
  };
  const facts = {
    imports: head.imports.map(unpackImport),
    get index() {
      return lazy.index();
    },
    get scopes() {
      return lazy.scopes();
    },
    get blocks() {
      return lazy.blocks();
    },
    get binds() {
      return lazy.binds();
    },
    get calls() {
      return lazy.calls();
    },
    sql,
    runs,
    main,
    flaws,
  };
  const cells = head.sizes[5] === 'null'.length ? undefined : lazy.cells();
  return cells ? Object.defineProperty(facts, 'cells', { value: cells, enumerable: true }) : facts;
}

function headOf(line: string): Head | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Our own text: what `packFacts` wrote. */
function listOf<T>(text: string): readonly T[] {
  return JSON.parse(text);
}

function callsOf(text: string): Calls {
  const lines = text === '' ? [] : text.split('\n');
  const made: (Call | undefined)[] = [];
  const at = (index: number): Call | undefined => {
    const line = lines[index];
    made[index] ??= line === undefined ? undefined : unpackCall(packedCall(line));
    return made[index];
  };
  return {
    length: lines.length,
    at,
    *[Symbol.iterator]() {
      for (let index = 0; index < lines.length; index++) {
        const call = at(index);
        if (call) yield call;
      }
    },
  };
}

function packedCall(line: string): PackedCall {
  return JSON.parse(line);
}

function packImport({ scope, local, module, name, level, line, block }: Import): PackedImport {
  const packed = [local, module, scope, level, line] as const;
  if (block !== undefined) return [...packed, name ?? null, block];
  return name === undefined ? packed : [...packed, name];
}

function unpackImport([local, module, scope, level, line, name, block]: PackedImport): Import {
  return {
    scope,
    local,
    module,
    ...(name === undefined || name === null ? {} : { name }),
    level,
    line,
    ...(block === undefined ? {} : { block }),
  };
}

function packScope({ kind, name, parent, block, line, endLine, ...inner }: Scope): PackedScope {
  const expressions = [inner.decorators, inner.bases, inner.returns].map((all) => all.map((one) => packExpr(one, line)));
  const [decorators = [], bases = [], returns = []] = expressions;
  const params = inner.params.map((param) => packParam(param, line));
  const packed = [SCOPES.indexOf(kind), name, parent, block, line, endLine - line, params, decorators, bases, returns] as const;
  if (inner.outer) return [...packed, inner.returnsAt ?? null, inner.outer];
  return inner.returnsAt ? [...packed, inner.returnsAt] : packed;
}

function unpackScope([kind, name, parent, block, line, lines, params, decorators, bases, returns, returnsAt, outer]: PackedScope): Scope {
  return {
    kind: SCOPES[kind] ?? 'module',
    name,
    parent,
    block,
    line,
    endLine: line + lines,
    params: params.map((param) => unpackParam(param, line)),
    decorators: decorators.map((one) => unpackExpr(one, line)),
    bases: bases.map((one) => unpackExpr(one, line)),
    returns: returns.map((one) => unpackExpr(one, line)),
    ...(returnsAt ? { returnsAt } : {}),
    ...(outer ? { outer } : {}),
  };
}

function packBlock({ parent, statement, branches, kind, ends, skips, pos, scope = 0, when, over }: Block): PackedBlock {
  const packed = [parent, statement, branches, BLOCKS.indexOf(kind)] as const;
  const leaves = (ends ? 1 : 0) + 2 * SKIPS.indexOf(skips);
  if (over !== undefined) return [...packed, leaves, pos ?? null, scope, when ? packExpr(when, 0) : null, over];
  if (when) return [...packed, leaves, pos ?? null, scope, packExpr(when, 0)];
  if (pos !== undefined) return [...packed, leaves, pos, scope];
  return leaves === 0 ? packed : [...packed, leaves];
}

const SKIPS = [undefined, 'turn', 'loop'] as const;

function unpackBlock([parent, statement, branches, kind, leaves = 0, pos = null, scope = 0, when = null, over]: PackedBlock): Block {
  const skips = SKIPS[leaves >> 1];
  return {
    parent,
    statement,
    branches,
    kind: BLOCKS[kind] ?? 'module',
    ...(leaves % 2 === 1 ? { ends: true } : {}),
    ...(skips ? { skips } : {}),
    ...(pos === null ? {} : { pos, scope }),
    ...(when === null ? {} : { when: unpackExpr(when, 0) }),
    ...(over === undefined ? {} : { over }),
  };
}

function packBind({ name, scope, block, pos, line, value, how, index, annotation, key }: Bind): PackedBind {
  const packed = [name, scope, block, pos, line, packExpr(value, line), BINDS.indexOf(how), index ?? null, annotation ?? null] as const;
  return key ? [...packed, packExpr(key, line)] : packed;
}

function unpackBind([name, scope, block, pos, line, value, how, index, annotation, key]: PackedBind): Bind {
  return {
    scope,
    block,
    pos,
    line,
    how: BINDS[how] ?? 'assign',
    value: unpackExpr(value, line),
    name,
    ...(index === null ? {} : { index }),
    ...(annotation === null ? {} : { annotation }),
    ...(key === undefined ? {} : { key: unpackExpr(key, line) }),
  };
}

function packCall({ scope, block, pos, line, endLine, chain, text }: Call): PackedCall {
  const packed = [scope, block, pos, line, endLine - line, packExpr(chain, line)] as const;
  return text === undefined ? packed : [...packed, text];
}

function unpackCall([scope, block, pos, line, lines, chain, text]: PackedCall): Call {
  const expr = unpackExpr(chain, line);
  if (expr.kind !== 'chain') throw new Error(`a call of packed facts is a ${expr.kind}`);
  return { scope, block, pos, line, chain: expr, endLine: line + lines, ...(text === undefined ? {} : { text }) };
}
