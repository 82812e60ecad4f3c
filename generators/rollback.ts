/** §10.2 the four steps back, in the words of the place the reader stands in. */
import type { Delivery } from '../src/core/pull-request.js';
import type { DatasetUrn } from '../src/core/urn.js';

export type RollbackStep = { readonly does: string; readonly how: string };

/** Commands of a delivery, by what a reader wants. */
export type Words = {
  readonly stop: string;
  readonly approve: string;
  readonly rollback: string;
  readonly disable: string;
  readonly explain: string;
};

export function wordsOf({ how }: Delivery, urn: DatasetUrn): Words {
  return how === 'github'
    ? {
        stop: '/autopilot hold',
        approve: 'an approving review',
        rollback: '/autopilot rollback',
        disable: '/autopilot disable',
        explain: '/autopilot explain',
      }
    : {
        stop: `sf bootstrap cancel --urn ${urn}`,
        approve: `sf bootstrap approve --urn ${urn}`,
        rollback: `sf bootstrap rollback --urn ${urn}`,
        disable: `sf policy kill --urn ${urn}`,
        explain: `sf bootstrap status --urn ${urn}`,
      };
}

export function rollbackSteps(delivery: Delivery, urn: DatasetUrn): readonly RollbackStep[] {
  const words = wordsOf(delivery, urn);
  return [
    { does: 'Switch the checks off at once, without a deploy', how: words.disable },
    { does: 'Take the files out again', how: 'git revert -m 1 MERGE_COMMIT' },
    { does: 'Both, and mark the bootstrap ROLLED_BACK with your reason', how: words.rollback },
  ];
}

/** §10.2 step 4. */
export const KEPT_AFTER_ROLLBACK = 'The baseline is kept in the config store, so that a later attempt need not profile again.';
