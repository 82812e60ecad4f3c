/** §5.5 when a borrowed or provisional baseline is replaced by one from the dataset's own runs. */
import type { Decision } from '../evidence.js';
import type { ProfilingPlan } from '../measurements.js';
import { REFINE_AFTER_RUNS, SIGMA_COMPUTED } from '../numbers.js';

export type RefinementFacts = { readonly kind: ProfilingPlan['kind']; readonly realRuns: number };

export function decideRefinement({ kind, realRuns }: RefinementFacts): Decision<'recompute' | 'keep'> {
  if (kind === 'full') {
    return {
      value: 'keep',
      rule: 'refinement/computed',
      because: `it was computed from ${REFINE_AFTER_RUNS} days of its own data already`,
    };
  }
  if (realRuns < REFINE_AFTER_RUNS) {
    return { value: 'keep', rule: 'refinement/waiting', because: `${realRuns} of ${REFINE_AFTER_RUNS} real runs are there` };
  }
  return {
    value: 'recompute',
    rule: 'refinement/seventh-run',
    because: `${realRuns} real runs are there: the ${kind} baseline is computed anew and the band narrows to ${SIGMA_COMPUTED} sigma`,
  };
}
