/** §8.3 what a person says about a pull request: stop, go on, answered. Each writes the record, so that the store orders it against a merge. */
import { holdAnswer } from '../../../generators/answers.js';
import type { BootstrapRecord } from '../../core/artifacts/bootstrap-record.js';
import { answerable, takenOut } from '../../core/merge-gate/conditions/objections.js';
import { type PullRequestRecord, sceneOf } from '../../core/merge-gate/conditions/scene.js';
import type { Actor, SnapshotEvent } from '../../core/merge-gate/snapshot.js';
import { instant } from '../../core/time.js';
import type { ForgePorts } from '../../ports.js';
import { loadBootstrap, note, repositoryKey } from '../bootstrap.js';
import { readLedger } from '../judge.js';

type Needs = ForgePorts;
/** Who said it and when, and the record it is about. */
export type Said = { readonly by: Actor; readonly at: string; readonly record: BootstrapRecord };

/**
 * What is said back. The same comment obeyed twice, since something failed after the first time, is answered as once. The hold
 * is noted first and then taken to the merge queue, whoever put the pull request there: a queue does not ask us again.
 */
export async function hold({ by, at, record }: Said, ports: Needs): Promise<string> {
  const standing = record.pull_request?.hold;
  if (!standing)
    await write(record, (request) => ({ ...request, hold: { by: by.login, at: instant(Date.parse(at)) } }), `held by ${by.login}`, ports);
  const { branch, number } = record.pull_request ?? {};
  const left =
    branch === undefined ? { kind: 'not-queued' as const } : await ports.pullRequests(repositoryKey(record)).leaveQueue(branch, number);
  if (left.kind === 'not-queued' && standing && !(standing.by === by.login && isSame(standing.at, at)))
    return `It is held already, since ${standing.at}, by ${standing.by}.`;
  return holdAnswer(left);
}

/** A hold that was said after this one stands: it may have been obeyed before. Taken out of the merge queue it is held as by a command. */
export async function resume({ by, at, record }: Said, ports: Needs): Promise<string> {
  const { hold: standing, hold_lifted_at: lifted } = record.pull_request ?? {};
  if (standing && isLater(standing.at, at)) return `It was held by ${standing.by} at ${standing.at}, after you said that: it stays held.`;
  if (!standing && lifted && !isLater(at, lifted)) return RESUMED;
  const taken = await takenOutOfQueue(record, ports);
  if (taken && isLater(taken.at, at))
    return `${taken.by.login} took it out of the merge queue at ${taken.at}, after you said that: it stays held.`;
  if (!standing && !taken) return 'Nothing was held by a command. A label or a review that stops it is taken back where it was set.';
  // What is said between this word and its being obeyed stands, also a hold that our record does not know yet.
  const until = instant(Date.parse(at));
  await write(record, ({ hold: _, ...rest }) => ({ ...rest, hold_lifted_at: until }), `resumed by ${by.login}`, ports);
  return RESUMED;
}

const RESUMED = 'Resumed. The waiting time starts again from when you said that.';

async function takenOutOfQueue(record: BootstrapRecord, ports: Needs): Promise<SnapshotEvent | undefined> {
  const request = record.pull_request;
  if (!request) return undefined;
  const view = await ports.pullRequests(repositoryKey(record)).look(request.branch, request.number, request.base_sha);
  return view?.how === 'forge' && view.snapshot.timeline.ok ? takenOut(view.snapshot.timeline.value, request.hold_lifted_at) : undefined;
}

/** Whoever asked may say that it is answered, and so may anybody who may write: the caller has checked the role. */
export async function proceed({ by, at: said, record }: Said, mayWrite: boolean, ports: Needs): Promise<string> {
  const request = record.pull_request;
  if (!request) return 'There is no pull request to go on with.';
  const view = await ports.pullRequests(repositoryKey(record)).look(request.branch, request.number, request.base_sha);
  if (view?.how !== 'forge') return 'The pull request is gone.';
  const bootstrap = await loadBootstrap(ports, record);
  const ledger = await readLedger(bootstrap, view.snapshot, view.app, ports);
  // What came after it was said was not meant, however late it is obeyed.
  const mine = answerable(sceneOf(view.snapshot, ledger)).filter(
    (remark) => (mayWrite || remark.by.id === by.id) && !isLater(remark.at, said),
  );
  const before = (request.answered ?? []).filter((each) => each.by === by.login && !isLater(said, each.at));
  if (mine.length === 0) return before.length === 0 ? 'No comment waits for an answer that you could give.' : proceeded(before.length);
  // The forge's clock may be ahead of ours: what is answered was said before.
  const at = latest([ports.clock.now(), ...mine.map((remark) => remark.last)]);
  const answered = [...(request.answered ?? []), ...mine.map(({ id }) => ({ comment: id, by: by.login, at }))];
  await write(record, (standing) => ({ ...standing, answered }), `${mine.length} comments answered by ${by.login}`, ports);
  return proceeded(mine.length);
}

function proceeded(count: number): string {
  return `${count === 1 ? 'The comment counts' : `${count} comments count`} as answered. The waiting time starts again now.`;
}

function isLater(at: string, than: string): boolean {
  return Date.parse(at) > Date.parse(than);
}

function isSame(at: string, as: string): boolean {
  return Date.parse(at) === Date.parse(as);
}

function latest(times: readonly string[]): string {
  return instant(Math.max(...times.map((at) => Date.parse(at))));
}

async function write(
  record: BootstrapRecord,
  change: (request: PullRequestRecord) => PullRequestRecord,
  intention: string,
  ports: Needs,
): Promise<void> {
  const request = record.pull_request;
  if (!request) throw new Error(`${record.dataset_urn} has no pull request`);
  await note(ports.records, record, { ...record, pull_request: change(request) }, { at: ports.clock.now(), intention });
  await ports.workflow.wake(record.bootstrap_id, ports.clock.now());
}
