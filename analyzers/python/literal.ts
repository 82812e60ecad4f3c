/** A literal expression as the value it stands for; `undefined` where a part is not literal. */
import type { Expr } from './facts.js';

export function plainValue(expr: Expr): unknown {
  if (expr.kind === 'text' || expr.kind === 'const') return expr.value;
  if (expr.kind === 'list') return expr.items.map(plainValue);
  if (expr.kind === 'dict')
    return Object.fromEntries(expr.entries.flatMap(([key, value]) => (key.kind === 'text' ? [[key.value, plainValue(value)]] : [])));
  return undefined;
}
