/** §14.4 obeys a comment: read again, its author's role asked afresh, done, and answered. */
import { answered, lastAnswer, objectionAnswer, statusAnswer } from '../../../generators/answers.js';
import type { BootstrapRecord } from '../../core/artifacts/bootstrap-record.js';
import type { BotTask } from '../../core/bot-task.js';
import { decideAnswer, LAST_ANSWER } from '../../core/decide/answer.js';
import type { Decision } from '../../core/evidence.js';
import { forgeKey } from '../../core/forge-key.js';
import type { Role } from '../../core/merge-gate/snapshot.js';
import { MS_PER_HOUR } from '../../core/numbers.js';
import type { RepositoryRow } from '../../core/repo.js';
import { DEFAULT_SETTINGS } from '../../core/settings.js';
import {
  COMMAND_TABLE,
  type CommandWord,
  commandHelp,
  commandRefusal,
  isOnlyCommand,
  mayCommand,
  readCommand,
} from '../../core/slash-command.js';
import { later } from '../../core/time.js';
import { commentDigest } from '../../core/webhook-payloads.js';
import type { AskingPorts, CommandComment, ForgePorts } from '../../ports.js';
import { loadFleet } from '../bootstrap.js';
import { loadNotStarted } from './not-started.js';
import { hold, proceed, resume } from './person.js';
import { scanOnForge } from './scan.js';

type CommandTask = Extract<BotTask, { readonly kind: 'command' }>;

/** Returns what was done, in one line for the log: no words of the comment. */
export async function obey(task: CommandTask, ports: AskingPorts): Promise<string> {
  const row = await ports.installations.repository(task.repository);
  if (!row) return 'the repository is not known';
  if (task.as !== 'written') return notObeyed(task, row, ports);
  const found = await ports.conversation.comment(task.repository, task.comment);
  if (!found || commentDigest(found.text) !== task.bodyDigest) return 'the comment is gone or says something else by now';
  const comment: CommandComment = { ...found, repository: task.repository, issue: task.issue };
  const read = readCommand(comment.text);
  if (read.kind === 'none') return 'no command';
  if (comment.by.isBot || comment.by.id === undefined) return 'only people are obeyed';
  if (!comment.by.role.ok) throw new Error(`the role of a commenter could not be read: ${comment.by.role.because}`);
  const role = comment.by.role.value;
  const hearer = await hearerOf({ task, row, role, person: comment.by.id }, ports);
  const order: Order = { comment, role, row, hearer };
  if (read.kind !== 'command') return refuse(order, read.kind, commandRefusal(read), ports);
  return carryOut(read.word, order, ports);
}

/** Edited comments and ones on lines of the diff are never obeyed; the reader is told once how it is done. */
async function notObeyed(task: CommandTask, row: RepositoryRow, ports: ForgePorts): Promise<string> {
  const { repository, issue, as, by } = task;
  if (!by) return `not obeyed: ${as}`;
  const role = (await ports.host.role(repository, by.login)) ?? 'none';
  const hearer = await hearerOf({ task, row, role, person: by.id }, ports);
  const why =
    as === 'edited'
      ? 'I obey a comment as it was first written, so that nothing is done twice. Please write it again as a new comment.'
      : 'I obey comments in the conversation of the pull request only. Please write it there.';
  if (hearer.value) await ports.conversation.say({ repository, issue }, `not-obeyed-${as}`, withLast(why, hearer));
  return `not obeyed: ${as}${silence(hearer)}`;
}

/** `again`: when the person is answered again, where this is the last answer of the hour. */
type Hearer = Decision<boolean> & { readonly again?: string };

type Asking = { readonly task: CommandTask; readonly row: RepositoryRow; readonly role: Role; readonly person: number };

/** Whether the person hears of it. Noted before anything is said: said twice, it is one answer. */
async function hearerOf({ task, row, role, person }: Asking, ports: ForgePorts): Promise<Hearer> {
  const { pace } = (await loadFleet(ports.objects))?.settings ?? DEFAULT_SETTINGS;
  const asked = { installation: row.installation, person, command: `${row.id}/${task.as}/${task.comment}` };
  const now = ports.clock.now();
  const given = await ports.answers.given(asked, now);
  const perHour = pace.answers_per_person_and_hour;
  const hearer = decideAnswer({ role, isPrivate: row.isPrivate, answered: given.length, perHour });
  if (hearer.value) await ports.answers.note(asked, now);
  return hearer.rule === LAST_ANSWER ? { ...hearer, again: later(given[0] ?? now, MS_PER_HOUR) } : hearer;
}

/** Whoever hears no more should know that it is no fault, and for how long. */
function withLast(said: string, { again }: Hearer): string {
  return again === undefined ? said : `${said}\n\n${lastAnswer(again)}`;
}

function silence({ value, because }: Decision<boolean>): string {
  return value ? '' : `; nothing is said, for ${because}`;
}

type Order = {
  readonly comment: CommandComment;
  readonly role: Role;
  readonly row: RepositoryRow;
  /** Whether the writer is answered; what they may ask for is done either way. */
  readonly hearer: Hearer;
};

async function carryOut(word: CommandWord, order: Order, ports: AskingPorts): Promise<string> {
  const { comment, role, row, hearer } = order;
  const allowed = mayCommand(word, role, row.isPrivate);
  // Whoever objected may take the objection back; the flow looks at whose it is.
  if (!allowed && word !== 'proceed') return refuse(order, word, needs(word, row), ports);
  // A hold is noted before anything is said to the forge, which may be slow or at its limit: a merge must not win that time.
  const noted = word === 'hold' || !hearer.value ? await answerTo(word, { ...order, allowed }, ports) : undefined;
  if (!hearer.value) return `${word}: done${silence(hearer)}`;
  const at = word === 'hold' ? { ...comment, urgent: true as const } : comment;
  await ports.conversation.react(at, 'eyes');
  const answer = noted ?? (await answerTo(word, { ...order, allowed }, ports));
  await ports.conversation.react(at, 'rocket');
  await ports.conversation.say(
    at,
    'answers',
    answered(comment.by.login, word, withLast(await withObjection(answer, word, order, ports), hearer)),
  );
  return `${word}: done`;
}

async function refuse(order: Order, word: string, why: string, ports: AskingPorts): Promise<string> {
  const { comment, hearer } = order;
  const { conversation } = ports;
  if (!hearer.value) return `${word}: refused${silence(hearer)}`;
  await conversation.react(comment, 'confused');
  await conversation.say(
    comment,
    'answers',
    answered(comment.by.login, '…', withLast(await withObjection(why, word, order, ports), hearer)),
  );
  return `${word}: refused`;
}

/** The answer, and that the comment objects as well, where it does: by the rule of the gate (`comments/answered`). */
async function withObjection(answer: string, word: string, { comment, role, row }: Order, ports: AskingPorts): Promise<string> {
  // What is said with `proceed` is answered by it.
  if (word === 'proceed' || isOnlyCommand(comment.text) || !mayCommand('hold', role, row.isPrivate)) return answer;
  return (await recordOf({ comment, row }, ports)) ? `${answer}\n\n${objectionAnswer(word)}` : answer;
}

function needs(word: CommandWord, { isPrivate }: RepositoryRow): string {
  const { least, leastInPublic } = COMMAND_TABLE[word];
  return `That needs the role ${isPrivate ? least : leastInPublic} in this repository.`;
}

async function answerTo(
  word: CommandWord,
  { comment, row, allowed }: Order & { readonly allowed: boolean },
  ports: AskingPorts,
): Promise<string> {
  const records = await ports.records.inRepository(forgeKey(row.id));
  const record = proposedIn(records, comment);
  switch (word) {
    case 'help':
      return commandHelp();
    case 'status':
      return record ? statusAnswer([record]) : statusAnswer(records, await loadNotStarted(ports.objects, row.id));
    case 'rescan':
      return scanned(row, ports);
    case 'hold':
      return onPullRequest(record, (ours) => hold({ by: comment.by, at: comment.at, record: ours }, ports));
    case 'resume':
      return onPullRequest(record, (ours) => resume({ by: comment.by, at: comment.at, record: ours }, ports));
    case 'proceed':
      return onPullRequest(record, (ours) => proceed({ by: comment.by, at: comment.at, record: ours }, allowed, ports));
  }
}

function proposedIn(records: readonly BootstrapRecord[], { issue }: CommandComment): BootstrapRecord | undefined {
  return records.find(({ pull_request }) => pull_request?.number === issue);
}

async function recordOf({ comment, row }: Pick<Order, 'comment' | 'row'>, ports: AskingPorts): Promise<BootstrapRecord | undefined> {
  return proposedIn(await ports.records.inRepository(forgeKey(row.id)), comment);
}

/** Also where the tree is as it was: whoever asks may have changed what the scan depends on beside it. */
async function scanned({ id, defaultBranch }: RepositoryRow, ports: AskingPorts): Promise<string> {
  const { because, outcome } = await scanOnForge(id, ports, { force: true });
  return outcome === 'scanned' ? `Scanned ${defaultBranch}: ${because}.` : `Not scanned: ${because}.`;
}

async function onPullRequest(record: BootstrapRecord | undefined, act: (record: BootstrapRecord) => Promise<string>): Promise<string> {
  return record ? act(record) : 'This is no pull request of mine, so there is nothing to stop or to go on with.';
}
