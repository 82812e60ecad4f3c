/** Where the walk through the tree of a file stands, and what it has found so far. */
import type { Bind, Block, Call, Expr, Import, Scope } from '../python/facts.js';
import { type Converter, converter } from './converter.js';
import type { SyntaxNode } from './node.js';

/** Of a text that is kept. */
export const MAX_TEXT = 160;
/** Parts of all calls together: calls in calls are told once for each of them. Ten times what the longest file that was tried holds. */
export const MAX_PARTS = 1_000_000;

export type Statement = {
  readonly id: number;
  readonly kind: Block['kind'];
  branches: number;
  ended: number;
  always: boolean;
  subject?: Expr;
};
export type Frame = {
  readonly end: number;
  readonly scope: number;
  readonly block: number;
  readonly statement: Statement | undefined;
  readonly start: number;
  /** One of the clauses of its statement. */
  readonly isClause?: true;
  /** Of the block that comes next in it. */
  readonly header?: Pick<Block, 'pos' | 'scope' | 'when'>;
};
type DraftScope = { -readonly [K in keyof Scope]: Scope[K] } & { returns: Expr[]; returnsAt: (readonly [number, number])[] };
type DraftBlock = Pick<Block, 'parent' | 'kind' | 'pos' | 'scope' | 'when'> & {
  readonly statement: Statement;
  ends?: true;
  skips?: Block['skips'];
  over?: number;
};

export type Walk = {
  readonly c: Converter;
  readonly stack: Frame[];
  readonly scopes: DraftScope[];
  readonly blocks: DraftBlock[];
  readonly binds: Bind[];
  readonly calls: Call[];
  readonly imports: Import[];
  readonly decorators: Expr[];
  readonly inner: ReadonlySet<number>;
  readonly keepsText: (verb: string) => boolean;
  statements: number;
  /** What calls may still say. */
  parts: number;
};

export function newWalk(source: string, root: SyntaxNode, given: Pick<Walk, 'inner' | 'keepsText'>): Walk {
  const c = converter(source);
  const module: Statement = { id: 0, kind: 'module', branches: 1, ended: 0, always: true };
  return {
    c,
    stack: [{ end: Number.MAX_SAFE_INTEGER, scope: 0, block: 0, statement: undefined, start: 0 }],
    scopes: [scopeOf('module', '', { parent: -1, block: 0, line: 1, endLine: c.lines.lineOf(root.endIndex) })],
    blocks: [{ parent: -1, statement: module, kind: 'module' }],
    binds: [],
    calls: [],
    imports: [],
    decorators: [],
    statements: 1,
    parts: MAX_PARTS,
    ...given,
  };
}

export function scopeOf(kind: Scope['kind'], name: string, at: Pick<Scope, 'parent' | 'block' | 'line' | 'endLine'>): DraftScope {
  return { kind, name, ...at, params: [], decorators: [], bases: [], returns: [], returnsAt: [] };
}

/** Most scopes give nothing back. */
export function finishScope({ returnsAt, ...scope }: DraftScope): Scope {
  return returnsAt.length === 0 ? scope : { ...scope, returnsAt };
}

export function textOf(walk: Walk, node: SyntaxNode): string {
  return walk.c.source.slice(node.startIndex, node.endIndex);
}
