/** §4.1 Places that no run comes to, by what is written there alone: behind `return` and `sys.exit()`, in `if False:`. */
import type { Expr } from '../python/facts.js';
import { blockPath } from './blocks.js';
import type { Unit } from './program.js';

export function isNeverRun(unit: Unit, { block, pos }: { readonly block: number; readonly pos: number }): boolean {
  const { blocks } = unit.facts;
  return blockPath(unit, block).some((one) => (blocks[one]?.over ?? pos) < pos || notTaken(unit).has(one));
}

const NOT_TAKEN = new WeakMap<Unit, ReadonlySet<number>>();

/** Branches that ask for a literal that says no, and those behind one that says yes. */
function notTaken(unit: Unit): ReadonlySet<number> {
  const known = NOT_TAKEN.get(unit);
  if (known) return known;
  const found = new Set<number>();
  const decided = new Set<number>();
  for (const [block, { kind, statement, when }] of unit.facts.blocks.entries()) {
    if (kind !== 'if') continue;
    const says = when && literalTruth(when);
    if (decided.has(statement) || says === false) found.add(block);
    if (says === true) decided.add(statement);
  }
  NOT_TAKEN.set(unit, found);
  return found;
}

function literalTruth(expr: Expr): boolean | undefined {
  return expr.kind === 'const' ? Boolean(expr.value) : undefined;
}
