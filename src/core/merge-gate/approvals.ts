/** §8.3 the approvals that stand: of people who may write, each bound to the judged content that its reviewer saw. */

import { judgedDigest } from '../signing/judged.js';
import { latestDecisions } from './conditions/people.js';
import type { PullRequestRecord } from './conditions/scene.js';
import type { PullRequestSnapshot, Role, SnapshotReview } from './snapshot.js';

export type Approval = PullRequestRecord['approvals'][number];

const MAY_APPROVE: readonly Role[] = ['write', 'maintain', 'admin'];

/**
 * An approval counts for what the head held when it was first seen here; a later commit that changes only the signature
 * keeps it, any other does not. A review that was dismissed or replaced takes its approval with it.
 */
export function approvalsOf(snapshot: PullRequestSnapshot, { approvals }: Pick<PullRequestRecord, 'approvals'>): readonly Approval[] {
  if (!snapshot.reviews.ok) return approvals;
  const { changes, pullRequest } = snapshot;
  const judged = changes.ok ? judgedDigest(changes.value.map(({ path, content = '' }) => ({ path, content }))) : undefined;
  return latestDecisions(snapshot.reviews.value).flatMap((review) => {
    if (review.state !== 'APPROVED' || !mayApprove(review)) return [];
    const seen = approvals.find(({ by, at }) => by === review.by.login && at === review.at);
    if (seen) return [seen];
    return judged !== undefined && review.commit === pullRequest.head
      ? [{ by: review.by.login, at: review.at, judged_digest: judged }]
      : [];
  });
}

function mayApprove({ by }: SnapshotReview): boolean {
  return !by.isBot && by.role.ok && MAY_APPROVE.includes(by.role.value);
}
