/** §14.5 the parts of webhook payloads that are read, and the tasks that several rows of the event table share. */
import * as z from 'zod';
import type { BotTask } from './bot-task.js';
import { sha256 } from './signing/digest.js';
import { readCommand } from './slash-command.js';

/** Who we are on the forge: to tell what we did from what others did. */
export type Self = {
  readonly appId: number;
  /** `<slug>[bot]` */
  readonly login: string;
  /** The number of the bot's user, where it is known. */
  readonly userId?: number;
};

/** The digest by which a command's comment is known again when it is carried out. */
export function commentDigest(text: string): string {
  return sha256(text);
}

const Id = z.int().positive();
const Text = z.string().nullish();
const Sender = z.object({ login: z.string(), id: Id }).nullish();
const Repository = z.object({ id: Id });
const Installed = z.object({ installation: z.object({ id: Id }) });
const OfRepository = z.object({ repository: Repository, sender: Sender });
export const Push = z.object({
  ref: z.string(),
  after: z.string(),
  deleted: z.boolean().default(false),
  repository: z.object({ id: Id, default_branch: z.string() }),
  sender: Sender,
});
export const PullRequest = OfRepository.extend({ pull_request: z.object({ number: Id }) });
export const Review = PullRequest.extend({ review: z.object({ id: Id, body: Text }) });
export const ReviewComment = PullRequest.extend({ comment: z.object({ id: Id, body: Text }) });
const IssueComment = OfRepository.extend({
  issue: z.object({ number: Id, pull_request: z.object({}).nullish() }),
  comment: z.object({ id: Id, body: Text }),
  changes: z.object({ body: z.object({ from: z.string() }).optional() }).nullish(),
});
const OfApp = z.object({ id: Id }).nullish();
export const CheckRun = OfRepository.extend({ check_run: z.object({ head_sha: z.string(), name: z.string(), app: OfApp }) });
export const CheckSuite = OfRepository.extend({ check_suite: z.object({ head_sha: z.string(), app: OfApp }) });
export const Status = OfRepository.extend({ sha: z.string() });
const MaybeOfRepository = z.object({ repository: Repository.nullish() });
export const RepositoryEdited = Installed.extend({
  repository: Repository,
  changes: z.object({ default_branch: z.object({}).loose().nullish() }).nullish(),
});

export function nothing(because: string): readonly BotTask[] {
  return [{ kind: 'nothing', because }];
}

export function isOurs(sender: z.infer<typeof Sender>, self: Self): boolean {
  return sender?.login === self.login || (sender !== null && sender !== undefined && sender.id === self.userId);
}

export function synced(payload: unknown): BotTask {
  return { kind: 'sync-installation', installation: Installed.parse(payload).installation.id };
}

export function lookAtAll(payload: unknown, because: string): readonly BotTask[] {
  const { repository } = MaybeOfRepository.parse(payload);
  if (!repository) return nothing('it names no repository; the hourly sweep sees what follows from it');
  return [{ kind: 'look', repository: repository.id, because }];
}

export function pullRequestTasks(
  { repository, pull_request, sender }: z.infer<typeof PullRequest>,
  self: Self,
  because: string,
): readonly BotTask[] {
  if (isOurs(sender, self)) return nothing('we did this ourselves');
  return [{ kind: 'look', repository: repository.id, pullRequest: pull_request.number, because }];
}

function by(sender: z.infer<typeof Sender>): Pick<BotTask & { kind: 'command' }, 'by'> {
  return sender ? { by: { id: sender.id, login: sender.login } } : {};
}

const Acted = z.object({ action: z.string() });

/** A command in a review or at a line of the diff: its writer must not believe that it was heard. */
export function misplaced(
  payload: unknown,
  written: { readonly id: number; readonly body?: string | null | undefined },
  { repository, pull_request, sender }: z.infer<typeof PullRequest>,
  self: Self,
): readonly BotTask[] {
  const { action } = Acted.parse(payload);
  const text = written.body ?? '';
  if ((action !== 'created' && action !== 'submitted') || isOurs(sender, self) || readCommand(text).kind === 'none') return [];
  const at = { repository: repository.id, issue: pull_request.number, comment: written.id };
  return [{ kind: 'command', ...at, bodyDigest: commentDigest(text), as: 'elsewhere', ...by(sender) }];
}

export function commentTasks(payload: unknown, self: Self): readonly BotTask[] {
  const { repository, issue, comment, changes, sender } = IssueComment.parse(payload);
  const { action } = Acted.parse(payload);
  if (isOurs(sender, self)) return nothing('we wrote this ourselves');
  const text = comment.body ?? '';
  const isCommand = readCommand(text).kind !== 'none' || readCommand(changes?.body?.from ?? '').kind !== 'none';
  const command: readonly BotTask[] =
    isCommand && action !== 'deleted'
      ? [
          {
            kind: 'command',
            repository: repository.id,
            issue: issue.number,
            comment: comment.id,
            bodyDigest: commentDigest(text),
            ...(action === 'created' ? { as: 'written' } : { as: 'edited', ...by(sender) }),
          },
        ]
      : [];
  const look: readonly BotTask[] = issue.pull_request
    ? [{ kind: 'look', repository: repository.id, pullRequest: issue.number, because: `a comment was ${action}` }]
    : [];
  const tasks = [...command, ...look];
  return tasks.length > 0 ? tasks : nothing('a comment that is neither a command nor on a pull request');
}
