/** §8.3 a person's approval, which takes the clock's place, and the two rows about it. */
import type { SnapshotReview } from '../snapshot.js';
import { block, type Condition, given, listed, type Outcome, pass, recorded, unknown } from './condition.js';
import { approverStanding, bareLogin, latestDecisions } from './people.js';
import type { PullRequestRecord, Scene } from './scene.js';

export const APPROVAL_CONDITIONS: readonly Condition[] = [
  {
    number: 10,
    id: 'approval/given',
    condition: 'A person approved exactly this content',
    passes: 'a human with write or more approved the head, or the same judged content on a head of ours; or the clock decides',
    blocks: 'nobody did, or it was taken back',
    unknown: 'reviews, roles or the content could not be read',
    judge: approvalGiven,
  },
  {
    number: 10,
    id: 'approval/staging',
    condition: 'Tier-1: there is a staging report for this content',
    passes: 'none is asked for, or a named role waived it for exactly this content',
    blocks: 'no staging report for this content',
    unknown: 'the content could not be read',
    judge: stagingReported,
  },
];

/** Somebody whose word stands for the content that the head holds now; undefined: nobody, as far as could be seen. */
export type Approver = { readonly by: string; readonly at: string };

/**
 * An approval counts on the present head, or by the judged content that our record noted with it: a commit that only signs
 * takes no approval away. A newer review of the same person that is no approval takes it away, and so does a role below write.
 * What cannot be seen counts as missing. Ours never count.
 */
export function approverOf(scene: Scene): Approver | undefined {
  const { snapshot } = scene;
  const latest = snapshot.reviews.ok ? latestDecisions(snapshot.reviews.value) : [];
  const [fresh] = latest.filter((review) => isFresh(review, scene) && approverStanding(review.by, scene) === 'counts');
  return fresh ? { by: fresh.by.login, at: fresh.at } : notedApprover(scene);
}

/** As above, but by our record alone, which binds the approval to bytes and not only to a commit. */
export function notedApprover(scene: Scene): Approver | undefined {
  const { snapshot, judged, pull } = scene;
  if (!snapshot.reviews.ok || !judged.ok || !pull) return undefined;
  const latest = latestDecisions(snapshot.reviews.value);
  return pull.approvals.find((approval) => approval.judged_digest === judged.value && stillStands(approval.by, latest, scene));
}

function isFresh(review: SnapshotReview, { snapshot }: Scene): boolean {
  return review.state === 'APPROVED' && review.commit === snapshot.pullRequest.head;
}

function stillStands(login: string, latest: readonly SnapshotReview[], scene: Scene): boolean {
  if (bareLogin(login) === bareLogin(scene.snapshot.pullRequest.author.login)) return false;
  const own = latest.filter(({ by }) => by.login.toLowerCase() === login.toLowerCase());
  return own.every((review) => review.state === 'APPROVED' && approverStanding(review.by, scene) === 'counts');
}

function approvalGiven(scene: Scene): Outcome {
  if (scene.ledger.merge.kind === 'auto') return pass('the clock decides');
  return recorded(scene, (pull) =>
    given(scene.judged, 'the content', (digest) =>
      given(scene.snapshot.reviews, 'reviews', (reviews) => {
        const approver = approverOf(scene);
        return approver ? pass(`${approver.by} at ${approver.at}`) : notApproved(latestDecisions(reviews), digest, pull, scene);
      }),
    ),
  );
}

function notApproved(latest: readonly SnapshotReview[], digest: string, pull: PullRequestRecord, scene: Scene): Outcome {
  const unseen = latest.filter((review) => review.state === 'APPROVED' && approverStanding(review.by, scene) === 'unseen');
  if (unseen.length > 0) return unknown(`whether ${listed(unseen.map(({ by }) => by.login))} may approve could not be read`);
  const weak = latest.filter((review) => isFresh(review, scene));
  if (weak.length > 0) return block(`${listed(weak.map(({ by }) => by.login))} approved it, but a person with write has to`);
  const before = pull.approvals.filter((approval) => approval.judged_digest !== digest);
  if (before.length > 0) return block(`${listed(before.map(({ by }) => by))} approved it as it was before the last change`);
  return block('nobody has approved it yet');
}

/** The first version makes no staging report, so only a waiver opens this row. */
function stagingReported(scene: Scene): Outcome {
  const { merge, waivers = [] } = scene.ledger;
  if (merge.kind === 'auto' || merge.stagingReport !== 'required') return pass('none is asked for');
  return given(scene.judged, 'the content', (digest) => {
    const waiver = waivers.find(({ judged_digest }) => judged_digest === digest);
    return waiver ? pass(`${waiver.by} waived it at ${waiver.at}`) : block('no staging report for this content');
  });
}
