/**
 * Expressions as nested lists that begin with a sign for their kind; texts and constants stand for themselves. Lines are counted
 * from the step before, as most of a chain stands in one line.
 */
import type { Expr, Param, Step } from './facts.js';

export type Packed = string | number | boolean | null | PackedList;
type PackedList =
  | readonly ['n', string]
  | readonly ['c', Packed, readonly PackedStep[]]
  | readonly ['+' | '|' | 'l', readonly Packed[]]
  | readonly ['o', string, Packed, Packed]
  | readonly ['d', readonly (readonly [Packed, Packed])[]]
  | readonly ['*', Packed]
  | readonly ['e', Packed, readonly string[], Packed]
  | readonly ['f', readonly PackedParam[], Packed]
  | readonly ['?', string];
type PackedKeyword = readonly [string, Packed];
type PackedStep =
  | string
  | readonly ['.', string, number]
  | readonly ['[', Packed]
  | readonly ['(', (readonly Packed[])?, (readonly PackedKeyword[])?, number?, number?];
/** Name, star, line, annotation, default: cut where nothing more is said. */
export type PackedParam = readonly [string, number?, number?, (string | null)?, Packed?];

const STARS = [undefined, 'args', 'kwargs', 'keyword_only'] as const;

/** `line`: where it stands, the same for packing and unpacking. */
export function packExpr(expr: Expr, line: number): Packed {
  const inner = (one: Expr): Packed => packExpr(one, line);
  switch (expr.kind) {
    case 'text':
    case 'const':
      return expr.value;
    case 'name':
      return ['n', expr.name];
    case 'chain':
      return ['c', inner(expr.root), packSteps(expr.steps, line)];
    case 'cat':
      return ['+', expr.parts.map(inner)];
    case 'choice':
      return ['|', expr.of.map(inner)];
    case 'list':
      return ['l', expr.items.map(inner)];
    case 'op':
      return ['o', expr.op, inner(expr.left), inner(expr.right)];
    case 'dict':
      return ['d', expr.entries.map(([key, value]) => [inner(key), inner(value)] as const)];
    case 'spread':
      return ['*', inner(expr.of)];
    case 'each':
      return ['e', inner(expr.body), expr.names, inner(expr.over)];
    case 'lambda':
      return ['f', expr.params.map((param) => packParam(param, line)), inner(expr.body)];
    case 'opaque':
      return ['?', expr.text];
  }
}

export function unpackExpr(packed: Packed, line: number): Expr {
  if (typeof packed === 'string') return { kind: 'text', value: packed };
  if (packed === null || typeof packed !== 'object') return { kind: 'const', value: packed };
  const inner = (one: Packed): Expr => unpackExpr(one, line);
  switch (packed[0]) {
    case 'n':
      return { kind: 'name', name: packed[1] };
    case 'c':
      return { kind: 'chain', root: inner(packed[1]), steps: unpackSteps(packed[2], line) };
    case '+':
      return { kind: 'cat', parts: packed[1].map(inner) };
    case '|':
      return { kind: 'choice', of: packed[1].map(inner) };
    case 'l':
      return { kind: 'list', items: packed[1].map(inner) };
    case 'o':
      return { kind: 'op', op: packed[1], left: inner(packed[2]), right: inner(packed[3]) };
    case 'd':
      return { kind: 'dict', entries: packed[1].map(([key, value]) => [inner(key), inner(value)] as const) };
    case '*':
      return { kind: 'spread', of: inner(packed[1]) };
    case 'e':
      return { kind: 'each', body: inner(packed[1]), names: packed[2], over: inner(packed[3]) };
    case 'f':
      return { kind: 'lambda', params: packed[1].map((param) => unpackParam(param, line)), body: inner(packed[2]) };
    case '?':
      return { kind: 'opaque', text: packed[1] };
  }
}

function packSteps(steps: readonly Step[], from: number): PackedStep[] {
  let line = from;
  return steps.map((step): PackedStep => {
    if (step.kind === 'sub') return ['[', packExpr(step.key, line)];
    const further = step.line - line;
    line = step.line;
    if (step.kind === 'attr') return further === 0 ? step.name : ['.', step.name, further];
    const args = step.args.map((one) => packExpr(one, line));
    const keywords = step.keywords.map(({ name, value }): PackedKeyword => [name, packExpr(value, line)]);
    const lines = step.endLine - step.line;
    if (further !== 0 || lines !== 0) return ['(', args, keywords, further, lines];
    if (keywords.length > 0) return ['(', args, keywords];
    return args.length > 0 ? ['(', args] : ['('];
  });
}

function unpackSteps(steps: readonly PackedStep[], from: number): readonly Step[] {
  let line = from;
  return steps.map((step): Step => {
    if (typeof step === 'string') return { kind: 'attr', name: step, line };
    if (step[0] === '[') return { kind: 'sub', key: unpackExpr(step[1], line) };
    if (step[0] === '.') {
      line += step[2];
      return { kind: 'attr', name: step[1], line };
    }
    const [, args = [], keywords = [], further = 0, lines = 0] = step;
    line += further;
    return {
      kind: 'call',
      line,
      endLine: line + lines,
      args: args.map((one) => unpackExpr(one, line)),
      keywords: keywords.map(([name, value]) => ({ name, value: unpackExpr(value, line) })),
    };
  });
}

/** A line of 0 is none: lines begin at 1. */
export function packParam({ name, star, line = 0, annotation, default: value }: Param, at: number): PackedParam {
  const kind = STARS.indexOf(star);
  if (value) return [name, kind, line, annotation ?? null, packExpr(value, at)];
  if (annotation !== undefined) return [name, kind, line, annotation];
  if (line !== 0) return [name, kind, line];
  return kind === 0 ? [name] : [name, kind];
}

export function unpackParam([name, kind = 0, line = 0, annotation, value]: PackedParam, at: number): Param {
  const star = STARS[kind];
  return {
    name,
    ...(value === undefined ? {} : { default: unpackExpr(value, at) }),
    ...(line === 0 ? {} : { line }),
    ...(typeof annotation === 'string' ? { annotation } : {}),
    ...(star === undefined ? {} : { star }),
  };
}
