/**
 * The gate as the rows see it. `GATE_WITHOUT=7` makes every row of condition 7 pass: `scripts/prove-merge-gate.ts`
 * sets it to see which tests notice. Shipped code knows no such switch.
 */
import { CONDITIONS, evaluateConditions } from '../../../src/core/merge-gate/evaluate.js';
import type { Verdict } from '../../../src/core/merge-gate/verdict.js';
import type { Gate } from './passing-gate.js';

const without = process.env.GATE_WITHOUT;

export function evaluated({ snapshot, ledger }: Gate): readonly Verdict[] {
  const verdicts = evaluateConditions(CONDITIONS, snapshot, ledger);
  return verdicts.map((verdict) => (numberOf(verdict.id) === without ? passed(verdict) : verdict));
}

function passed({ id, condition, seen }: Verdict): Verdict {
  return { id, condition, seen, state: 'pass' };
}

function numberOf(id: string): string {
  return String(CONDITIONS.find((condition) => condition.id === id)?.number);
}
