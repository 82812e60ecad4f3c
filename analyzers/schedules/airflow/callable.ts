/** §4.1 The function that a task calls: named as it is, as a method of an object, in a lambda, or with arguments that `partial` gave it. */
import type { ScheduledTask } from '../../../src/core/facts.js';
import type { Expr } from '../../python/facts.js';
import { givenPartial } from '../../python/other-names.js';
import { scopeOf } from '../../targets/program.js';
import type { Thunk, Value } from '../../targets/values.js';
import type { Evaluate } from '../arguments.js';

export type Runs = Pick<ScheduledTask, 'runs' | 'lines'> & {
  /** Where the function is given what it is called with, when that is not in the brackets of the operator. */
  readonly givenAt?: { readonly file: string; readonly line: number };
};

const MAX_HOPS = 4;

export function callableOf(evaluate: Evaluate, thunk: Thunk | undefined, depth = 0): Runs | undefined {
  if (!thunk || depth > MAX_HOPS) return undefined;
  const inner = calledBy(evaluate.written(thunk));
  const found = inner && callableOf(evaluate, inner, depth + 1);
  if (inner && found) return { givenAt: { file: inner.frame.unit.path, line: inner.line }, ...found };
  for (const value of evaluate.values(thunk)) {
    const runs = value.kind === 'instance' ? callableOf(evaluate, methodCalled(thunk), depth + 1) : functionOf(value);
    if (runs) return runs;
  }
  return undefined;
}

function functionOf(value: Value): Runs | undefined {
  const scope = value.kind === 'def' ? scopeOf(value.of) : undefined;
  if (value.kind !== 'def' || !scope) return undefined;
  const made = value.self?.kind === 'instance' ? value.self.ctor : undefined;
  const givenAt = made?.line === undefined ? {} : { givenAt: { file: made.frame.unit.path, line: made.line } };
  return { runs: value.of.unit.path, lines: [scope.line, scope.endLine], ...givenAt };
}

/** What a lambda calls last, and what `partial` will. */
function calledBy({ expr, frame }: Thunk): (Thunk & { readonly line: number }) | undefined {
  const partial = givenPartial(expr);
  const [callable] = partial?.args ?? [];
  if (partial && callable) return { expr: callable, frame, line: partial.line };
  if (expr.kind !== 'lambda' || expr.body.kind !== 'chain') return undefined;
  const { root, steps } = expr.body;
  const last = steps.findLastIndex(({ kind }) => kind === 'call');
  const call = steps[last];
  if (call?.kind !== 'call') return undefined;
  const callee: Expr = last === 0 ? root : { kind: 'chain', root, steps: steps.slice(0, last) };
  return { expr: callee, frame, line: call.line };
}

function methodCalled({ expr, frame }: Thunk): Thunk {
  const step = { kind: 'attr', name: '__call__', line: 0 } as const;
  const chain = expr.kind === 'chain' ? expr : { root: expr, steps: [] };
  return { expr: { kind: 'chain', root: chain.root, steps: [...chain.steps, step] }, frame };
}
