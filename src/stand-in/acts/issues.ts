/** Issues, and what issues and pull requests have in common: words, labels, comments, reactions. */
import { invalid, notFound, refusal } from '../errors.js';
import type { JsonObject } from '../json.js';
import { commentJson, issueJson, labelJson } from '../render/issue.js';
import type { Account, Actor } from '../state/accounts.js';
import {
  type Comment,
  type Issue,
  isPull,
  type Label,
  type PullIssue,
  type Reaction,
  type ReactionContent,
  type Repository,
} from '../state/repositories.js';
import { appOf, assertWritable, type World } from '../state/world.js';
import { emit, emitThing } from '../webhooks/emit.js';
import { note } from './timeline.js';

const LONGEST_BODY = 65_536;

export function issueAt(repository: Repository, number: number): Issue {
  const issue = repository.issues.get(number);
  if (issue === undefined) throw notFound();
  return issue;
}

export function pullAt(repository: Repository, number: number): PullIssue {
  const issue = repository.issues.get(number);
  if (!isPull(issue)) throw notFound();
  return issue;
}

export function assertBody(resource: string, body: string | null | undefined): void {
  if (body !== null && body !== undefined && [...body].length > LONGEST_BODY) {
    throw invalid({ resource, field: 'body', code: 'custom', message: `body is too long (maximum is ${LONGEST_BODY} characters)` });
  }
}

export type IssueWords = { readonly title: string; readonly body: string | null };

/** The next number of the repository, which issues and pull requests share. */
export function newIssue(world: World, repository: Repository, actor: Actor, { title, body }: IssueWords): Issue {
  const now = world.now();
  return {
    ...world.identity('I'),
    number: Math.max(0, ...repository.issues.keys()) + 1,
    author: actor.account,
    app: appOf(actor),
    title,
    body,
    state: 'open',
    stateReason: null,
    locked: false,
    labels: new Set(),
    assignees: new Set(),
    comments: [],
    reactions: [],
    timeline: [],
    createdAt: now,
    updatedAt: now,
    closed: undefined,
    edited: undefined,
    bodyEdits: [],
    pull: undefined,
  };
}

export async function openIssue(world: World, repository: Repository, actor: Actor, words: IssueWords): Promise<Issue> {
  assertWritable(repository);
  assertBody('Issue', words.body);
  const issue = newIssue(world, repository, actor, words);
  repository.issues.set(issue.number, issue);
  await emitThing(world, repository, issue, 'opened', actor.account);
  return issue;
}

/** New words for title and body; `edited` is only told when something changed. */
export async function editWords(
  world: World,
  repository: Repository,
  actor: Actor,
  issue: Issue,
  words: Partial<IssueWords>,
): Promise<void> {
  assertWritable(repository);
  assertBody('Issue', words.body);
  const changes: { title?: JsonObject; body?: JsonObject } = {};
  if (words.title !== undefined && words.title !== issue.title) {
    changes.title = { from: issue.title };
    note(world, issue, 'RenamedTitleEvent', actor.account, { from: issue.title, to: words.title });
    issue.title = words.title;
  }
  if (words.body !== undefined && words.body !== issue.body) {
    changes.body = { from: issue.body ?? '' };
    issue.bodyEdits.push({ at: world.now(), by: actor.account, before: issue.body ?? '' });
    issue.body = words.body;
    issue.edited = { at: world.now(), by: actor.account };
  }
  if (Object.keys(changes).length === 0) return;
  issue.updatedAt = world.now();
  await emitThing(world, repository, issue, 'edited', actor.account, { changes });
}

export async function closeIssue(
  world: World,
  repository: Repository,
  actor: Actor,
  issue: Issue,
  reason: 'completed' | 'not_planned' = 'completed',
): Promise<void> {
  assertWritable(repository);
  if (issue.state === 'closed') return;
  issue.state = 'closed';
  issue.stateReason = issue.pull === undefined ? reason : null;
  issue.closed = { at: world.now(), by: actor.account };
  note(world, issue, 'ClosedEvent', actor.account);
  await emitThing(world, repository, issue, 'closed', actor.account);
}

export async function reopenIssue(world: World, repository: Repository, actor: Actor, issue: Issue): Promise<void> {
  assertWritable(repository);
  if (issue.state === 'open') return;
  issue.state = 'open';
  issue.stateReason = issue.pull === undefined ? 'reopened' : null;
  issue.closed = undefined;
  note(world, issue, 'ReopenedEvent', actor.account);
  await emitThing(world, repository, issue, 'reopened', actor.account);
}

export function ensureLabel(world: World, repository: Repository, name: string, sender: Account, more: Partial<Label> = {}): Label {
  const known = [...repository.labels.values()].find((label) => label.name.toLowerCase() === name.toLowerCase());
  if (known !== undefined) return known;
  const label: Label = { ...world.identity('LA'), name, color: more.color ?? 'ededed', description: more.description ?? null };
  repository.labels.set(name, label);
  emit(world, repository, { event: 'label', action: 'created', sender, body: { label: labelJson(world, repository, label) } });
  return label;
}

export async function addLabels(world: World, repository: Repository, actor: Actor, issue: Issue, names: readonly string[]): Promise<void> {
  assertWritable(repository);
  for (const wanted of names) {
    const label = ensureLabel(world, repository, wanted, actor.account);
    if (issue.labels.has(label.name)) continue;
    issue.labels.add(label.name);
    note(world, issue, 'LabeledEvent', actor.account, { label: label.name });
    await emitThing(world, repository, issue, 'labeled', actor.account, { label: labelJson(world, repository, label) });
  }
}

export async function removeLabel(world: World, repository: Repository, actor: Actor, issue: Issue, name: string): Promise<void> {
  assertWritable(repository);
  const label = [...repository.labels.values()].find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (label === undefined || !issue.labels.delete(label.name)) throw notFoundLabel();
  note(world, issue, 'UnlabeledEvent', actor.account, { label: label.name });
  await emitThing(world, repository, issue, 'unlabeled', actor.account, { label: labelJson(world, repository, label) });
}

/** It leaves everything that it was put on. GitHub promises no event there, and here there is none. */
export function deleteLabel(world: World, repository: Repository, actor: Actor, name: string): void {
  assertWritable(repository);
  const label = repository.labels.get(name);
  if (label === undefined) throw notFoundLabel();
  repository.labels.delete(name);
  for (const issue of repository.issues.values()) issue.labels.delete(name);
  emit(world, repository, {
    event: 'label',
    action: 'deleted',
    sender: actor.account,
    body: { label: labelJson(world, repository, label) },
  });
}

export function newComment(world: World, actor: Actor, body: string, kind: string): Comment {
  const now = world.now();
  return {
    ...world.identity(kind),
    author: actor.account,
    app: appOf(actor),
    body,
    createdAt: now,
    updatedAt: now,
    edited: undefined,
    reactions: [],
    minimized: undefined,
  };
}

export function addComment(world: World, repository: Repository, actor: Actor, issue: Issue, body: string): Comment {
  assertWritable(repository);
  if (body.trim() === '') throw invalid({ resource: 'IssueComment', code: 'missing_field', field: 'body' });
  assertBody('IssueComment', body);
  if (issue.locked && actor.kind === 'person' && !world.may(actor.account, repository, 'write')) {
    throw refusal(403, 'Unable to create comment because issue is locked.');
  }
  const comment = newComment(world, actor, body, 'IC');
  issue.comments.push(comment);
  issue.updatedAt = world.now();
  emitComment(world, repository, issue, comment, 'created', actor.account);
  return comment;
}

export function commentAt(repository: Repository, id: number): { readonly issue: Issue; readonly comment: Comment } {
  for (const issue of repository.issues.values()) {
    const comment = issue.comments.find((one) => one.id === id);
    if (comment !== undefined) return { issue, comment };
  }
  throw notFound();
}

export function editComment(world: World, repository: Repository, actor: Actor, issue: Issue, comment: Comment, body: string): void {
  assertWritable(repository);
  assertBody('IssueComment', body);
  const from = comment.body;
  comment.body = body;
  comment.updatedAt = world.now();
  comment.edited = { at: world.now(), by: actor.account };
  emitComment(world, repository, issue, comment, 'edited', actor.account, { changes: { body: { from } } });
}

export function deleteComment(world: World, repository: Repository, actor: Actor, issue: Issue, comment: Comment): void {
  assertWritable(repository);
  issue.comments.splice(issue.comments.indexOf(comment), 1);
  emitComment(world, repository, issue, comment, 'deleted', actor.account);
}

/** The same reaction of the same account is the one that is there. */
export function react(
  world: World,
  actor: Actor,
  reactions: Reaction[],
  content: ReactionContent,
): { readonly reaction: Reaction; readonly isNew: boolean } {
  const known = reactions.find((one) => one.content === content && one.user.id === actor.account.id);
  if (known !== undefined) return { reaction: known, isNew: false };
  const reaction: Reaction = { ...world.identity('REA'), content, user: actor.account, createdAt: world.now() };
  reactions.push(reaction);
  return { reaction, isNew: true };
}

function emitComment(
  world: World,
  repository: Repository,
  issue: Issue,
  comment: Comment,
  action: string,
  sender: Account,
  more: JsonObject = {},
): void {
  const body = { ...more, issue: issueJson(world, repository, issue), comment: commentJson(world, repository, issue, comment) };
  emit(world, repository, { event: 'issue_comment', action, sender, body });
}

function notFoundLabel(): Error {
  const error = notFound();
  return Object.assign(error, { body: { ...error.body, message: 'Label does not exist' } });
}
