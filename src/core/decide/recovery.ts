/** §10.1 what a bootstrap does when something goes wrong, row by row of the failure table. */
import type { Decision } from '../evidence.js';
import type { LifecycleEvent } from '../lifecycle.js';
import { PROFILE_ROUNDS, PROFILING_RETRIES, REFINE_AFTER_RUNS, SAMPLE_FRACTION } from '../numbers.js';
import { decideRegeneration } from './regeneration.js';

export type Failure =
  | { readonly kind: 'profiling-oom'; readonly wasSampled: boolean }
  | { readonly kind: 'profiling-error'; readonly retries: number }
  | { readonly kind: 'no-history' }
  | { readonly kind: 'policy-rejected'; readonly attempts: number }
  | { readonly kind: 'gold-missing' }
  | { readonly kind: 'schema-changed'; readonly rounds: number }
  | { readonly kind: 'decommissioned' }
  | { readonly kind: 'concurrent'; readonly standing: string };

export type Recovery =
  | { readonly do: 'retry'; readonly sampleFraction: number }
  | { readonly do: 'synthetic' }
  | { readonly do: 'refuse' }
  | { readonly do: 'advance'; readonly event: LifecycleEvent };

export function decideRecovery(failure: Failure): Decision<Recovery> {
  switch (failure.kind) {
    case 'profiling-oom':
      return outOfMemory(failure.wasSampled);
    case 'profiling-error':
      return profilingError(failure.retries);
    case 'no-history':
      return {
        value: { do: 'synthetic' },
        rule: 'recovery/no-history',
        because: `there is no history: a borrowed baseline of LOW confidence, volume alarms off until ${REFINE_AFTER_RUNS} runs are there`,
      };
    case 'policy-rejected':
      return rejected(failure.attempts);
    case 'gold-missing':
      return {
        value: { do: 'advance', event: 'gold-missing' },
        rule: 'recovery/gold-missing',
        because: 'nothing has been written there yet: certification waits for the first successful write',
      };
    case 'schema-changed':
      return schemaChanged(failure.rounds);
    case 'decommissioned':
      return {
        value: { do: 'advance', event: 'cancelled' },
        rule: 'recovery/decommissioned',
        because: 'nothing writes it any more: the bootstrap is cancelled',
      };
    case 'concurrent':
      return { value: { do: 'refuse' }, rule: 'recovery/concurrent', because: `${failure.standing} already bootstraps this dataset` };
  }
}

function outOfMemory(wasSampled: boolean): Decision<Recovery> {
  if (!wasSampled) {
    return {
      value: { do: 'retry', sampleFraction: SAMPLE_FRACTION },
      rule: 'recovery/oom-sample',
      because: `profiling ran out of memory: once more on ${SAMPLE_FRACTION * 100} % of the rows`,
    };
  }
  return {
    value: { do: 'synthetic' },
    rule: 'recovery/oom-synthetic',
    because: `profiling ran out of memory even on ${SAMPLE_FRACTION * 100} % of the rows: a borrowed baseline`,
  };
}

function profilingError(retries: number): Decision<Recovery> {
  if (retries < PROFILING_RETRIES) {
    return {
      value: { do: 'retry', sampleFraction: 1 },
      rule: 'recovery/profiling-retry',
      because: `profiling failed: retry ${retries + 1} of ${PROFILING_RETRIES}`,
    };
  }
  return {
    value: { do: 'advance', event: 'gave-up' },
    rule: 'recovery/profiling-used-up',
    because: `profiling failed ${retries + 1} times: a person has to look`,
  };
}

function rejected(attempts: number): Decision<Recovery> {
  const again = decideRegeneration(attempts);
  // The edge `rejected` counts the attempts itself and leads to a person when they are used up.
  return { value: { do: 'advance', event: 'rejected' }, rule: 'recovery/policy-rejected', because: again.because };
}

function schemaChanged(rounds: number): Decision<Recovery> {
  if (rounds < PROFILE_ROUNDS) {
    return {
      value: { do: 'advance', event: 'schema-changed' },
      rule: 'recovery/schema-changed',
      because: `the schema is another than the one that was profiled: profiled again, round ${rounds + 1} of ${PROFILE_ROUNDS}`,
    };
  }
  return {
    value: { do: 'advance', event: 'gave-up' },
    rule: 'recovery/schema-unsettled',
    because: `the schema changed after each of ${rounds} further rounds of profiling: a person has to look`,
  };
}
