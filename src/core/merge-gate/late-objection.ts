/** §8.3 what was said before a merge of ours and was not seen before it: labels and reviews cannot be pinned like a head. */
import type { BootstrapRecord } from '../artifacts/bootstrap-record.js';
import { SNAPSHOT_MAX_AGE_MS } from '../numbers.js';
import { isHolding } from './conditions/objections.js';
import { latestDecisions, mayObject } from './conditions/people.js';
import { type Remark, remarkOf, remarksIn } from './conditions/remarks.js';
import type { PullRequestSnapshot } from './snapshot.js';

type Late = Pick<PullRequestSnapshot, 'pullRequest' | 'repository' | 'reviews' | 'threads' | 'timeline' | 'comments'>;

/** In words for a person, or undefined. What could not be read is no objection: the merge is done, and this only looks back. */
export function decideLateObjection(
  snapshot: Late,
  request: Pick<NonNullable<BootstrapRecord['pull_request']>, 'merge_intent' | 'hold' | 'hold_lifted_at' | 'answered'>,
  holdLabels: readonly string[],
): string | undefined {
  const { pullRequest, repository, reviews, timeline, comments } = snapshot;
  const { merge_intent, hold, hold_lifted_at: lifted, answered = [] } = request;
  const merged = pullRequest.mergedAt;
  if (!merged || !merge_intent) return undefined;
  const before = (at: string): boolean => Date.parse(at) <= Date.parse(merged);
  // What was there when the last look began was judged, and did not stop it.
  const isJudged = (at: string): boolean => Date.parse(at) < Date.parse(merge_intent.at) - SNAPSHOT_MAX_AGE_MS;
  if (hold && before(hold.at)) return `${hold.by} had said hold at ${hold.at}`;
  const requested = reviews.ok
    ? latestDecisions(reviews.value).find(
        ({ state, at, by }) => state === 'CHANGES_REQUESTED' && before(at) && !by.isBot && mayObject(by, repository) !== 'does-not-count',
      )
    : undefined;
  if (requested) return `${requested.by.login} had requested changes at ${requested.at}`;
  const label = timeline.ok
    ? timeline.value.find(
        ({ kind, at, label: name }) =>
          kind === 'labeled' &&
          name !== undefined &&
          holdLabels.some((hold) => hold.toLowerCase() === name.toLowerCase()) &&
          before(at) &&
          !isJudged(at),
      )
    : undefined;
  if (label) return `${label.by.login} had put the hold label on it at ${label.at}`;
  const holds = comments.ok ? comments.value.filter((comment) => isHolding(comment, lifted)).map(remarkOf) : [];
  // An old word may have been edited into another one: either time is looked at.
  const isLate = ({ id, at, last }: Remark): boolean =>
    [at, last].some(
      (time) => before(time) && !isJudged(time) && !answered.some((each) => each.comment === id && Date.parse(each.at) >= Date.parse(time)),
    );
  const remark = [...holds, ...remarksIn(snapshot)].find(
    (each) => isLate(each) && !each.by.isBot && mayObject(each.by, repository) !== 'does-not-count',
  );
  return remark ? `${remark.by.login} had said something at ${remark.last} that nobody answered` : undefined;
}
