/** Notes what happened to an issue or pull request, for its timeline. */
import type { Account } from '../state/accounts.js';
import type { Issue } from '../state/repositories.js';
import type { World } from '../state/world.js';

const KINDS: Readonly<Record<string, string>> = {
  LabeledEvent: 'LE',
  UnlabeledEvent: 'UNLE',
  ClosedEvent: 'CE',
  ReopenedEvent: 'REE',
  MergedEvent: 'ME',
  RenamedTitleEvent: 'RTE',
  BaseRefChangedEvent: 'BRCE',
  ReadyForReviewEvent: 'RFRE',
  ConvertToDraftEvent: 'CTDE',
  HeadRefForcePushedEvent: 'HRFPE',
  HeadRefDeletedEvent: 'HRDE',
  ReviewRequestedEvent: 'RRE',
  ReviewRequestRemovedEvent: 'RRRE',
  ReviewDismissedEvent: 'RDE',
  AddedToMergeQueueEvent: 'AMQE',
  RemovedFromMergeQueueEvent: 'RMQE',
};

export function note(world: World, issue: Issue, type: string, actor: Account, detail: Readonly<Record<string, string>> = {}): void {
  issue.timeline.push({ type, actor, detail, createdAt: world.now(), nodeId: world.identity(KINDS[type] ?? 'EV').nodeId });
  issue.updatedAt = world.now();
}
