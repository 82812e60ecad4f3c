/** The last name in an expression: of `a.b.C` it is `C`. */
import type { Expr } from './facts.js';

export function lastName(expr: Expr): string {
  if (expr.kind === 'name') return expr.name;
  if (expr.kind !== 'chain') return '';
  const step = expr.steps.at(-1);
  return step?.kind === 'attr' ? step.name : lastName(expr.root);
}
