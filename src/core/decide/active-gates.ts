/** §6.4 which gates are active now. */
import type { PolicyBundle } from '../artifacts/policy-bundle.js';
import type { Decision } from '../evidence.js';
import { GATE_TABLE, type GatedBundle } from '../gates.js';
import { MS_PER_DAY } from '../numbers.js';
import { GATES, type Gate } from '../vocabulary.js';

/** Week 1 begins at the first version's `iat`; a clock that runs behind it is in week 1 as well. */
export function weekOf(firstIat: string, now: string): number {
  return Math.max(1, Math.floor((Date.parse(now) - Date.parse(firstIat)) / (7 * MS_PER_DAY)) + 1);
}

export type RunningBundle = GatedBundle & {
  readonly security: Pick<PolicyBundle['security'], 'validation_enabled'>;
  readonly bootstrap: Pick<PolicyBundle['bootstrap'], 'progressive_schedule'>;
};

/** A gate is active when its week is reached and its section is in the signed bundle. */
export function decideActiveGates(bundle: RunningBundle, firstIat: string, now: string): Decision<readonly Gate[]> {
  if (!bundle.security.validation_enabled) {
    return { value: [], rule: 'enrichment/switched-off', because: 'validation_enabled is false: no gate runs' };
  }
  const week = weekOf(firstIat, now);
  const { week_1, week_2, week_3, week_4 } = bundle.bootstrap.progressive_schedule;
  const reached = new Set([week_1, week_2, week_3, week_4].slice(0, week).flat());
  const value = GATES.filter((gate) => reached.has(gate) && GATE_TABLE[gate].hasSection(bundle));
  return {
    value,
    rule: 'enrichment/active-gates',
    because: `week ${week} at level ${bundle.enrichment_level}: ${value.length} of ${reached.size} gates that are due have rules in the bundle`,
  };
}
