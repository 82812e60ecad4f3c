/** §8.3 the merges that our App made by itself: those it counts, and those it looks back at. */
import type { BootstrapRecord } from '../artifacts/bootstrap-record.js';
import { MERGE_WATCHED_MS, MS_PER_HOUR } from '../numbers.js';
import type { GateLedger } from './ledger.js';

type Merge = Pick<BootstrapRecord, 'pull_request' | 'steps'>;

/** When our own merge was done; undefined: it is not, or a person pressed the button. */
export function mergedAloneAt({ pull_request: request, steps }: Merge): string | undefined {
  if (request?.merged_as === undefined || !isAlone(request)) return undefined;
  return steps.policy_config.completed_at ?? request.merge_intent?.at;
}

/** Young enough to be looked back at, and not known to have been taken back. */
export function isWatched(record: Merge & Pick<BootstrapRecord, 'setbacks'>, now: string): boolean {
  const at = mergedAloneAt(record);
  if (at === undefined || Date.parse(now) - Date.parse(at) >= MERGE_WATCHED_MS) return false;
  return !(record.setbacks ?? []).some(({ kind, merge }) => kind === 'reverted' && merge === record.pull_request?.merged_as);
}

/** Also an intention within the hour: a merge that is under way, or that the merge queue will make. */
function beganWithinHour({ pull_request: request, steps }: Merge, now: string): boolean {
  if (!request || !isAlone(request)) return false;
  return [steps.policy_config.completed_at, request.merge_intent?.at].some(
    (at) => at !== undefined && Date.parse(now) - Date.parse(at) < MS_PER_HOUR,
  );
}

function isAlone({ merged_by }: NonNullable<BootstrapRecord['pull_request']>): boolean {
  return merged_by !== undefined && merged_by !== 'person';
}

/** Beside the one that is judged: its own intention, noted before a call that was refused, must not stand in its own way. */
export function mergesLastHour(all: readonly BootstrapRecord[], record: BootstrapRecord, now: string): GateLedger['mergesLastHour'] {
  const merges = all.filter((each) => each.dataset_urn !== record.dataset_urn && beganWithinHour(each, now));
  const owner = record.steps.policy_config.awaiting_approval_from;
  return {
    installation: merges.length,
    repository: merges.filter(({ repository_id }) => repository_id === record.repository_id).length,
    owner: merges.filter(({ steps }) => steps.policy_config.awaiting_approval_from === owner).length,
  };
}
