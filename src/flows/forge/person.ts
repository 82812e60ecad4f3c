/** §8.3 what a person says about a pull request: stop, go on, answered. Each writes the record, so that the store orders it against a merge. */
import { holdAnswer, resumeAnswer } from '../../../generators/answers.js';
import type { BootstrapRecord } from '../../core/artifacts/bootstrap-record.js';
import type { ConditionName } from '../../core/merge-gate/conditions/names.js';
import { isHolding, OBJECTION_CONDITIONS, takenOut } from '../../core/merge-gate/conditions/objections.js';
import { answerable, lastOf } from '../../core/merge-gate/conditions/remarks.js';
import { type PullRequestRecord, sceneOf } from '../../core/merge-gate/conditions/scene.js';
import { evaluateConditions } from '../../core/merge-gate/evaluate.js';
import type { Actor, SnapshotEvent } from '../../core/merge-gate/snapshot.js';
import type { Verdict } from '../../core/merge-gate/verdict.js';
import { instant } from '../../core/time.js';
import type { ForgePorts, ProposalView } from '../../ports.js';
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
  const view = await viewOf(record, ports);
  if (standing && isLater(standing.at, at)) return `It was held by ${standing.by} at ${standing.at}, after you said that: it stays held.`;
  if (!standing && lifted && !isLater(at, lifted)) return resumeAnswer(await objectionsTo(record, view, ports));
  const { taken, isSaid } = heldBeside(view, lifted, at);
  if (taken && isLater(taken.at, at))
    return `${taken.by.login} took it out of the merge queue at ${taken.at}, after you said that: it stays held.`;
  if (!standing && !taken && !isSaid)
    return 'Nothing was held by a command. A label or a review that stops it is taken back where it was set.';
  // What is said between this word and its being obeyed stands, also a hold that our record does not know yet.
  const until = instant(Date.parse(at));
  await write(record, ({ hold: _, ...rest }) => ({ ...rest, hold_lifted_at: until }), `resumed by ${by.login}`, ports);
  return resumeAnswer(await objectionsTo(record, view, ports));
}

type View = Extract<ProposalView, { readonly how: 'forge' }> | undefined;

async function viewOf(record: BootstrapRecord, ports: Needs): Promise<View> {
  const request = record.pull_request;
  if (!request) return undefined;
  const view = await ports.pullRequests(repositoryKey(record)).look(request.branch, request.number, request.base_sha);
  return view?.how === 'forge' ? view : undefined;
}

type Beside = { readonly taken?: SnapshotEvent | undefined; readonly isSaid?: boolean };

/** What holds it that our record does not know: a person who took it out of the merge queue, a comment that was edited to say hold. */
function heldBeside(view: View, lifted: string | undefined, until: string): Beside {
  if (!view) return {};
  const { timeline, comments } = view.snapshot;
  return {
    taken: timeline.ok ? takenOut(timeline.value, lifted) : undefined,
    isSaid: comments.ok && comments.value.some((each) => isHolding(each, lifted) && !isLater(lastOf(each), until)),
  };
}

/** What a resume does not end. */
const LIFTED: ReadonlySet<string> = new Set<ConditionName>(['hold/command', 'hold/queue', 'reviews/decision']);

async function objectionsTo(record: BootstrapRecord, view: View, ports: Needs): Promise<readonly Verdict[]> {
  if (!view) return [];
  const ledger = await readLedger(await loadBootstrap(ports, record), view.snapshot, view.app, ports);
  const asked = OBJECTION_CONDITIONS.filter(({ id }) => !LIFTED.has(id));
  return evaluateConditions(asked, view.snapshot, ledger).filter(({ state }) => state === 'block');
}

/** Whoever asked may say that it is answered, and so may anybody who may write: the caller has checked the role. */
export async function proceed({ by, at: said, record }: Said, mayWrite: boolean, ports: Needs): Promise<string> {
  const request = record.pull_request;
  if (!request) return 'There is no pull request to go on with.';
  const view = await viewOf(record, ports);
  if (!view) return 'The pull request is gone.';
  const bootstrap = await loadBootstrap(ports, record);
  const ledger = await readLedger(bootstrap, view.snapshot, view.app, ports);
  // What was said or edited after it was not meant, however late it is obeyed.
  const mine = answerable(sceneOf(view.snapshot, ledger)).filter(
    (remark) => (mayWrite || remark.by.id === by.id) && !isLater(remark.last, said),
  );
  const before = (request.answered ?? []).filter((each) => each.by === by.login && !isLater(said, each.at));
  if (mine.length === 0) return before.length === 0 ? 'No comment waits for an answer that you could give.' : proceeded(before.length);
  // Not when it is obeyed: what is edited from then on, and between our look and now, is not answered.
  const at = instant(Date.parse(said));
  const answered = [...(request.answered ?? []), ...mine.map(({ id }) => ({ comment: id, by: by.login, at }))];
  await write(record, (standing) => ({ ...standing, answered }), `${mine.length} comments answered by ${by.login}`, ports);
  return proceeded(mine.length);
}

function proceeded(count: number): string {
  return `${count === 1 ? 'The comment counts' : `${count} comments count`} as answered. The waiting time starts again from when you said that.`;
}

function isLater(at: string, than: string): boolean {
  return Date.parse(at) > Date.parse(than);
}

function isSame(at: string, as: string): boolean {
  return Date.parse(at) === Date.parse(as);
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
