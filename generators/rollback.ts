/** §10.2 how to stop, approve and undo, in the words of the place the reader stands in. Only what exists is promised. */
import { ACCEPTED_BRANCH, type Delivery } from '../src/core/pull-request.js';
import type { DatasetUrn } from '../src/core/urn.js';

/** A command and what it does, as Markdown of our own. */
export type RollbackStep = { readonly how: string; readonly does: string };

/** Commands of a delivery, by what a reader wants. On a forge one approves by a review. */
export type Words = { readonly stop: string; readonly approve: string; readonly more: string };

export function wordsOf({ how }: Delivery, urn: DatasetUrn): Words {
  return how === 'github'
    ? { stop: '/autopilot hold', approve: 'an approving review', more: '/autopilot status' }
    : {
        stop: `sf bootstrap cancel --urn ${urn}`,
        approve: `sf bootstrap approve --urn ${urn} --as NAME`,
        more: `sf bootstrap status --urn ${urn}`,
      };
}

const REVERT = 'git revert -m 1 <merge>';

export function rollbackSteps({ how }: Delivery): readonly RollbackStep[] {
  return how === 'github'
    ? [{ how: REVERT, does: 'or the button *Revert* below takes the files out again, once it is merged' }]
    : [{ how: REVERT, does: `on the branch \`${ACCEPTED_BRANCH}\` takes the files out again` }];
}

/** §10.2 step 4, and what this version cannot do yet. */
export function rollbackNote(): string {
  return 'The baseline is kept in the config store, so a later attempt need not profile again. A kill switch comes with a later version; until then nothing runs these checks.';
}
