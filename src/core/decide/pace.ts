/** §8.3 how fast pull requests are opened: nobody is given more at once than they can look at. */
import type { BootstrapRecord } from '../artifacts/bootstrap-record.js';
import type { Decision } from '../evidence.js';
import { hasOpenPullRequest } from '../lifecycle.js';
import { MS_PER_HOUR } from '../numbers.js';
import type { Settings } from '../settings.js';
import { later } from '../time.js';

export type Pace = { readonly kind: 'go' } | { readonly kind: 'wait'; readonly until: string };

/** `neighbours`: the records of the same repository. One that has its pull request already is never held back. */
export function decidePace(
  neighbours: readonly BootstrapRecord[],
  record: BootstrapRecord,
  { open_per_repository: open, per_repository_and_hour: hourly }: Settings['pace'],
  now: string,
): Decision<Pace> {
  if (record.pull_request?.number !== undefined) return { value: { kind: 'go' }, rule: 'pace/open-already', because: 'it is open already' };
  const others = neighbours.filter(({ dataset_urn }) => dataset_urn !== record.dataset_urn);
  const standing = others.filter(hasOpenPullRequest);
  if (standing.length >= open) {
    return {
      value: { kind: 'wait', until: later(now, MS_PER_HOUR) },
      rule: 'pace/open',
      because: `${standing.length} pull requests are open in the repository, and at most ${open} may be`,
    };
  }
  const recent = others
    .flatMap(({ pull_request }) => (pull_request?.number === undefined ? [] : [pull_request.opened_at]))
    .filter((at) => Date.parse(now) - Date.parse(at) < MS_PER_HOUR)
    .toSorted();
  const oldest = recent[recent.length - hourly];
  if (oldest !== undefined) {
    return {
      value: { kind: 'wait', until: later(oldest, MS_PER_HOUR) },
      rule: 'pace/hourly',
      because: `${recent.length} pull requests were opened in the repository within the hour, and at most ${hourly} may be`,
    };
  }
  return { value: { kind: 'go' }, rule: 'pace/free', because: `${standing.length} of at most ${open} pull requests are open` };
}
