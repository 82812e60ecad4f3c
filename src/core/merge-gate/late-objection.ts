/** §8.3 what was said before a merge of ours and was not seen before it: labels and reviews cannot be pinned like a head. */
import type { BootstrapRecord } from '../artifacts/bootstrap-record.js';
import { latestDecisions, mayObject } from './conditions/people.js';
import type { PullRequestSnapshot } from './snapshot.js';

/** In words for a person, or undefined. What could not be read is no objection: the merge is done, and this only looks back. */
export function decideLateObjection(
  { pullRequest, repository, reviews, timeline }: Pick<PullRequestSnapshot, 'pullRequest' | 'repository' | 'reviews' | 'timeline'>,
  { merge_intent, hold }: Pick<NonNullable<BootstrapRecord['pull_request']>, 'merge_intent' | 'hold'>,
  holdLabels: readonly string[],
): string | undefined {
  const merged = pullRequest.mergedAt;
  if (!merged || !merge_intent) return undefined;
  const before = (at: string): boolean => Date.parse(at) <= Date.parse(merged);
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
          Date.parse(at) >= Date.parse(merge_intent.at),
      )
    : undefined;
  return label ? `${label.by.login} had put the hold label on it at ${label.at}` : undefined;
}
