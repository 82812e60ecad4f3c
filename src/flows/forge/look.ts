/** §8.3 something happened around pull requests: the bootstraps meant look at theirs now. */
import type { BootstrapRecord } from '../../core/artifacts/bootstrap-record.js';
import type { BotTask } from '../../core/bot-task.js';
import { forgeKey } from '../../core/forge-key.js';
import { commandOf } from '../../core/lifecycle.js';
import type { ForgePorts } from '../../ports.js';
import { move } from '../decide-by-hand.js';

type Needs = Pick<ForgePorts, 'records' | 'workflow' | 'clock'>;

/** Without a number and a head all of the repository are meant. Returns how many. */
export async function lookAt(task: BotTask & { kind: 'look' }, ports: Needs): Promise<number> {
  const records = await ports.records.inRepository(forgeKey(task.repository));
  const meant = records.filter((record) => isMeant(record, task));
  for (const { bootstrap_id } of meant) await ports.workflow.wake(bootstrap_id, ports.clock.now());
  return meant.length;
}

function isMeant({ pull_request: request }: BootstrapRecord, { pullRequest, head }: BotTask & { kind: 'look' }): boolean {
  if (pullRequest !== undefined) return request?.number === pullRequest;
  // A head that somebody pushed is not in our record yet; whoever pushed it also caused a look by number.
  return head === undefined || request?.head === head || request?.gate?.head === head;
}

/** Reopened by a person: what was declined goes on where it stood. */
export async function reopen(repository: number, pullRequest: number, ports: Needs): Promise<string> {
  const records = await ports.records.inRepository(forgeKey(repository));
  const record = records.find(({ pull_request }) => pull_request?.number === pullRequest);
  if (!record) return 'not a pull request of ours';
  if (record.current_step !== 'CANCELLED') return `it is ${record.current_step} already`;
  const moved = await move(record, 'reopened', `#${pullRequest} was reopened`, ports);
  const command = commandOf(moved.current_step);
  if (command) await ports.workflow.start(record.bootstrap_id, command, ports.clock.now());
  return `${record.dataset_urn} is judged again`;
}
