/** §10.2 how to stop, approve and undo, in the words of the place the reader stands in. Only what exists is promised. */
import { ACCEPTED_BRANCH, type Delivery } from '../src/core/pull-request.js';
import type { DatasetUrn } from '../src/core/urn.js';

/** A command and what it does, as Markdown of our own. */
export type RollbackStep = { readonly how: string; readonly does: string };

/** Commands of a delivery, by what a reader wants. */
export type Words = { readonly stop: string; readonly approve: string; readonly explain: string };

export function wordsOf({ how }: Delivery, urn: DatasetUrn): Words {
  return how === 'github'
    ? { stop: '/autopilot hold', approve: 'an approving review', explain: '/autopilot explain' }
    : {
        stop: `sf bootstrap cancel --urn ${urn}`,
        approve: `sf bootstrap approve --urn ${urn} --as NAME`,
        explain: `sf bootstrap status --urn ${urn}`,
      };
}

const REVERT = 'git revert -m 1 <merge>';

export function rollbackSteps({ how }: Delivery): readonly RollbackStep[] {
  return how === 'github'
    ? [
        { how: '/autopilot disable', does: 'switches the checks off at once, without a deploy' },
        { how: REVERT, does: 'takes the files out again' },
        { how: '/autopilot rollback', does: 'does both, and marks the bootstrap ROLLED_BACK with your reason' },
      ]
    : [{ how: REVERT, does: `on the branch \`${ACCEPTED_BRANCH}\` takes the files out again` }];
}

/** §10.2 step 4, and what this version cannot do yet. */
export function rollbackNote({ how }: Delivery): string {
  const kept = 'The baseline is kept in the config store, so a later attempt need not profile again.';
  return how === 'github' ? kept : `${kept} A kill switch comes with a later version; until then nothing runs these checks.`;
}
