/** §4.3 Verbs that are named and not called: `df.to_csv`, `getattr(df, "to_csv")`, and names that they are given to. */
import type { Bind, Call, Expr } from './facts.js';
import { isVerbName } from './verbs.js';

/** One of them, or a choice with one. */
export function isMethod(value: Expr): boolean {
  if (value.kind === 'choice') return value.of.some(isMethod);
  if (value.kind !== 'chain') return false;
  const last = value.steps.at(-1);
  if (last?.kind === 'attr') return isVerbName(last.name);
  return value.root.kind === 'name' && value.root.name === 'getattr' && value.steps.length === 1;
}

/** Calls that may reach a verb by way of something else. */
export function indirectCalls(binds: readonly Bind[]): (call: Call) => boolean {
  const named = new Set(binds.flatMap(({ name, key, value }) => (!key && isMethod(value) ? [name] : [])));
  return ({ chain: { root, steps } }) => {
    const [first, second] = steps;
    if (root.kind === 'dict') return first?.kind === 'sub' && root.entries.some(([, value]) => isMethod(value));
    if (root.kind !== 'name' || first?.kind !== 'call') return false;
    return named.has(root.name) || (root.name === 'getattr' && second?.kind === 'call');
  };
}
