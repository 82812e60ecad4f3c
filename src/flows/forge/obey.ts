/** §14.4 obeys a comment: read again, its author's role asked afresh, done, and answered. */
import { answered, statusAnswer } from '../../../generators/answers.js';
import type { BootstrapRecord } from '../../core/artifacts/bootstrap-record.js';
import type { BotTask } from '../../core/bot-task.js';
import type { Role } from '../../core/merge-gate/snapshot.js';
import type { RepositoryRow } from '../../core/repo.js';
import { COMMAND_TABLE, type CommandWord, commandHelp, commandRefusal, mayCommand, readCommand } from '../../core/slash-command.js';
import { commentDigest } from '../../core/webhook-payloads.js';
import type { AskingPorts, CommandComment, ForgePorts } from '../../ports.js';
import { loadNotStarted } from './not-started.js';
import { hold, proceed, resume } from './person.js';
import { scanOnForge } from './scan.js';

type CommandTask = Extract<BotTask, { readonly kind: 'command' }>;

/** Returns what was done, in one line for the log: no words of the comment. */
export async function obey(task: CommandTask, ports: AskingPorts): Promise<string> {
  const row = await ports.installations.repository(task.repository);
  if (!row) return 'the repository is not known';
  if (task.as !== 'written') return notObeyed(task, ports);
  const found = await ports.conversation.comment(task.repository, task.comment);
  if (!found || commentDigest(found.text) !== task.bodyDigest) return 'the comment is gone or says something else by now';
  const comment: CommandComment = { ...found, repository: task.repository, issue: task.issue };
  const read = readCommand(comment.text);
  if (read.kind === 'none') return 'no command';
  if (comment.by.isBot || comment.by.id === undefined) return 'only people are obeyed';
  if (!comment.by.role.ok) throw new Error(`the role of a commenter could not be read: ${comment.by.role.because}`);
  const role = comment.by.role.value;
  if (read.kind !== 'command') return refuse(comment, role, read.kind, commandRefusal(read), ports);
  return carryOut(read.word, { comment, role, row }, ports);
}

/** Edited comments and ones on lines of the diff are never obeyed; the reader is told once how it is done. */
async function notObeyed({ repository, issue, as }: CommandTask, { conversation }: ForgePorts): Promise<string> {
  const why =
    as === 'edited'
      ? 'I obey a comment as it was first written, so that nothing is done twice. Please write it again as a new comment.'
      : 'I obey comments in the conversation of the pull request only. Please write it there.';
  await conversation.say({ repository, issue }, `not-obeyed-${as}`, why);
  return `not obeyed: ${as}`;
}

type Order = { readonly comment: CommandComment; readonly role: Role; readonly row: RepositoryRow };

async function carryOut(word: CommandWord, order: Order, ports: AskingPorts): Promise<string> {
  const { comment, role, row } = order;
  const allowed = mayCommand(word, role, row.isPrivate);
  // Whoever objected may take the objection back; the flow looks at whose it is.
  if (!allowed && word !== 'proceed') return refuse(comment, role, word, needs(word, row), ports);
  // A hold is noted before anything is said to the forge, which may be slow or at its limit: a merge must not win that time.
  const noted = word === 'hold' ? await answerTo(word, { ...order, allowed }, ports) : undefined;
  await ports.conversation.react(comment, 'eyes');
  const answer = noted ?? (await answerTo(word, { ...order, allowed }, ports));
  await ports.conversation.react(comment, 'rocket');
  await ports.conversation.say(comment, 'answers', answered(comment.by.login, word, answer));
  return `${word}: done`;
}

async function refuse(comment: CommandComment, role: Role, word: string, why: string, { conversation }: ForgePorts): Promise<string> {
  // Passers-by of a public repository get no answer: else anybody could make us talk.
  if (role === 'none') return `${word}: refused`;
  await conversation.react(comment, 'confused');
  await conversation.say(comment, 'answers', answered(comment.by.login, '…', why));
  return `${word}: refused`;
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
  const records = await ports.records.inRepository(`id:${row.id}`);
  const record = records.find(({ pull_request }) => pull_request?.number === comment.issue);
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

/** Also where the tree is as it was: whoever asks may have changed what the scan depends on beside it. */
async function scanned({ id, defaultBranch }: RepositoryRow, ports: AskingPorts): Promise<string> {
  const { because, outcome } = await scanOnForge(id, ports, { force: true });
  return outcome === 'scanned' ? `Scanned ${defaultBranch}: ${because}.` : `Not scanned: ${because}.`;
}

async function onPullRequest(record: BootstrapRecord | undefined, act: (record: BootstrapRecord) => Promise<string>): Promise<string> {
  return record ? act(record) : 'This is no pull request of mine, so there is nothing to stop or to go on with.';
}
