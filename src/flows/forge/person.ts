/** §8.3 what a person says about a pull request: stop, go on, answered. Each writes the record, so that the store orders it against a merge. */
import type { BootstrapRecord } from '../../core/artifacts/bootstrap-record.js';
import { openRemarks } from '../../core/merge-gate/conditions/objections.js';
import { sceneOf } from '../../core/merge-gate/conditions/scene.js';
import type { Actor } from '../../core/merge-gate/snapshot.js';
import { instant } from '../../core/time.js';
import type { ForgePorts } from '../../ports.js';
import { loadBootstrap, note, repositoryKey } from '../bootstrap.js';
import { readLedger } from '../judge.js';

type Request = NonNullable<BootstrapRecord['pull_request']>;
type Needs = ForgePorts;
/** Who said it, and the record it is about. */
export type Said = { readonly by: Actor; readonly record: BootstrapRecord };

/** What is said back, in one sentence. */
export async function hold({ by, record }: Said, ports: Needs): Promise<string> {
  const request = record.pull_request;
  if (request?.hold) return `It is held already, since ${request.hold.at}, by ${request.hold.by}.`;
  const at = ports.clock.now();
  await write(record, (standing) => ({ ...standing, hold: { by: by.login, at } }), `held by ${by.login}`, ports);
  return 'Held. Nothing is signed or merged until somebody who may write says `/autopilot resume`.';
}

export async function resume({ by, record }: Said, ports: Needs): Promise<string> {
  if (!record.pull_request?.hold) return 'Nothing was held by a command. A label or a review that stops it is taken back where it was set.';
  const at = ports.clock.now();
  await write(record, ({ hold: _, ...rest }) => ({ ...rest, hold_lifted_at: at }), `resumed by ${by.login}`, ports);
  return 'Resumed. The waiting time starts again now.';
}

/** Whoever asked may say that it is answered, and so may anybody who may write: the caller has checked the role. */
export async function proceed({ by, record }: Said, mayWrite: boolean, ports: Needs): Promise<string> {
  const request = record.pull_request;
  if (!request) return 'There is no pull request to go on with.';
  const view = await ports.pullRequests(repositoryKey(record)).look(request.branch, request.number, request.base_sha);
  if (view?.how !== 'forge') return 'The pull request is gone.';
  const bootstrap = await loadBootstrap(ports, record);
  const ledger = await readLedger(bootstrap, view.snapshot, view.app, ports);
  const mine = openRemarks(sceneOf(view.snapshot, ledger)).filter((remark) => mayWrite || remark.by.id === by.id);
  if (mine.length === 0) return 'No comment waits for an answer that you could give.';
  // The forge's clock may be ahead of ours: what is answered was said before.
  const at = latest([ports.clock.now(), ...mine.map((remark) => remark.last)]);
  const answered = [...(request.answered ?? []), ...mine.map(({ id }) => ({ comment: id, by: by.login, at }))];
  await write(record, (standing) => ({ ...standing, answered }), `${mine.length} comments answered by ${by.login}`, ports);
  return `${mine.length === 1 ? 'The comment counts' : `${mine.length} comments count`} as answered. The waiting time starts again now.`;
}

function latest(times: readonly string[]): string {
  return instant(Math.max(...times.map((at) => Date.parse(at))));
}

async function write(record: BootstrapRecord, change: (request: Request) => Request, intention: string, ports: Needs): Promise<void> {
  const request = record.pull_request;
  if (!request) throw new Error(`${record.dataset_urn} has no pull request`);
  await note(ports.records, record, { ...record, pull_request: change(request) }, { at: ports.clock.now(), intention });
  await ports.workflow.wake(record.bootstrap_id, ports.clock.now());
}
