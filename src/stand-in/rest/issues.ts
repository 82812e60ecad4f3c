/** Issues, comments, labels and reactions. */
import {
  addComment,
  addLabels,
  closeIssue,
  commentAt,
  deleteComment,
  editComment,
  editWords,
  ensureLabel,
  issueAt,
  openIssue,
  react,
  removeLabel,
  reopenIssue,
} from '../acts/issues.js';
import { closePull, reopenPull } from '../acts/pulls.js';
import { invalid, notFound } from '../errors.js';
import { isList, isObject, type Json, textAt, textsAt } from '../json.js';
import { commentJson, issueJson, labelJson, labelsJson, reactionJson } from '../render/issue.js';
import { timelineJson } from '../render/timeline.js';
import type { Account } from '../state/accounts.js';
import { type Issue, isPull, type Label, REACTIONS, type Reaction, type Repository } from '../state/repositories.js';
import type { World } from '../state/world.js';
import {
  type Answer,
  created,
  NO_CONTENT,
  numberIn,
  ok,
  pageOf,
  type RepositoryCall,
  type Route,
  repoRoute,
  required,
  wordIn,
} from './route.js';

const READ = [{ issues: 'read' }, { pull_requests: 'read' }] as const;
const WRITE = [{ issues: 'write' }, { pull_requests: 'write' }] as const;

export const ISSUE_ROUTES: readonly Route[] = [
  repoRoute('GET', '/issues', READ, (call) => pageOf(call, listed(call), (issue) => issueJson(call.world, call.repository, issue))),
  repoRoute('POST', '/issues', [{ issues: 'write' }], async ({ world, repository, actor, body }) => {
    const issue = await openIssue(world, repository, actor, {
      title: required(body, 'title', 'Issue'),
      body: textAt(body, 'body') ?? null,
    });
    await addLabels(world, repository, actor, issue, labelNames(body));
    assign(world, issue, textsAt(body, 'assignees'));
    return created(
      issueJson(world, repository, issue),
      `${world.url}/repos/${repository.owner.login}/${repository.name}/issues/${issue.number}`,
    );
  }),
  repoRoute('GET', '/issues/comments', READ, (call) => {
    const all = [...call.repository.issues.values()].flatMap((issue) => issue.comments.map((comment) => ({ issue, comment })));
    return pageOf(call, all, ({ issue, comment }) => commentJson(call.world, call.repository, issue, comment));
  }),
  repoRoute('GET', '/issues/comments/{comment_id}', READ, (call) => {
    const { issue, comment } = commentAt(call.repository, numberIn(call, 'comment_id'));
    return ok(commentJson(call.world, call.repository, issue, comment));
  }),
  repoRoute('PATCH', '/issues/comments/{comment_id}', WRITE, (call) => {
    const { world, repository, actor, body } = call;
    const { issue, comment } = commentAt(repository, numberIn(call, 'comment_id'));
    editComment(world, repository, actor, issue, comment, required(body, 'body', 'IssueComment'));
    return ok(commentJson(world, repository, issue, comment));
  }),
  repoRoute('DELETE', '/issues/comments/{comment_id}', WRITE, (call) => {
    const { issue, comment } = commentAt(call.repository, numberIn(call, 'comment_id'));
    deleteComment(call.world, call.repository, call.actor, issue, comment);
    return NO_CONTENT;
  }),
  repoRoute('GET', '/issues/comments/{comment_id}/reactions', READ, (call) =>
    pageOf(call, commentAt(call.repository, numberIn(call, 'comment_id')).comment.reactions, (one) => reactionJson(call.world, one)),
  ),
  repoRoute('POST', '/issues/comments/{comment_id}/reactions', WRITE, (call) =>
    reacted(call, commentAt(call.repository, numberIn(call, 'comment_id')).comment.reactions),
  ),
  repoRoute('DELETE', '/issues/comments/{comment_id}/reactions/{reaction_id}', WRITE, (call) => {
    const { reactions } = commentAt(call.repository, numberIn(call, 'comment_id')).comment;
    const at = reactions.findIndex(({ id }) => id === numberIn(call, 'reaction_id'));
    if (at < 0) throw notFound();
    reactions.splice(at, 1);
    return NO_CONTENT;
  }),
  repoRoute('GET', '/issues/{issue_number}', READ, (call) => ok(issueJson(call.world, call.repository, issueOf(call)))),
  repoRoute('PATCH', '/issues/{issue_number}', WRITE, change),
  repoRoute('GET', '/issues/{issue_number}/comments', READ, (call) => {
    const issue = issueOf(call);
    const since = call.query.get('since');
    const shown = issue.comments.filter(({ updatedAt }) => since === null || Date.parse(updatedAt) >= Date.parse(since));
    return pageOf(call, shown, (comment) => commentJson(call.world, call.repository, issue, comment));
  }),
  repoRoute('POST', '/issues/{issue_number}/comments', WRITE, (call) => {
    const { world, repository, actor, body } = call;
    const issue = issueOf(call);
    const comment = addComment(world, repository, actor, issue, required(body, 'body', 'IssueComment'));
    const json = commentJson(world, repository, issue, comment);
    return created(json, textAt(json, 'url'));
  }),
  repoRoute('GET', '/issues/{issue_number}/reactions', READ, (call) =>
    pageOf(call, issueOf(call).reactions, (one) => reactionJson(call.world, one)),
  ),
  repoRoute('POST', '/issues/{issue_number}/reactions', WRITE, (call) => reacted(call, issueOf(call).reactions)),
  repoRoute('GET', '/issues/{issue_number}/timeline', READ, (call) => {
    const issue = issueOf(call);
    return pageOf(call, timelineJson(call.world, call.repository, issue), (one) => one);
  }),
  repoRoute('GET', '/issues/{issue_number}/labels', READ, (call) =>
    pageOf(call, labelsJson(call.world, call.repository, issueOf(call)), (one) => one),
  ),
  repoRoute('POST', '/issues/{issue_number}/labels', WRITE, async (call) => {
    const issue = issueOf(call);
    await addLabels(call.world, call.repository, call.actor, issue, labelNames(call.body));
    return ok(labelsJson(call.world, call.repository, issue));
  }),
  repoRoute('PUT', '/issues/{issue_number}/labels', WRITE, async (call) => {
    const issue = issueOf(call);
    await setLabels(call, issue, labelNames(call.body));
    return ok(labelsJson(call.world, call.repository, issue));
  }),
  repoRoute('DELETE', '/issues/{issue_number}/labels/{name}', WRITE, async (call) => {
    const issue = issueOf(call);
    await removeLabel(call.world, call.repository, call.actor, issue, call.params.name ?? '');
    return ok(labelsJson(call.world, call.repository, issue));
  }),
  repoRoute('GET', '/labels', READ, (call) =>
    pageOf(call, [...call.repository.labels.values()], (label) => labelJson(call.world, call.repository, label)),
  ),
  repoRoute('POST', '/labels', WRITE, ({ world, repository, actor, body }) => {
    const name = required(body, 'name', 'Label');
    if ([...repository.labels.keys()].some((known) => known.toLowerCase() === name.toLowerCase())) {
      throw invalid({ resource: 'Label', code: 'already_exists', field: 'name' });
    }
    const label = ensureLabel(world, repository, name, actor.account, {
      color: textAt(body, 'color') ?? 'ededed',
      description: textAt(body, 'description') ?? null,
    });
    return created(labelJson(world, repository, label));
  }),
  repoRoute('GET', '/labels/{name}', READ, (call) => ok(labelJson(call.world, call.repository, labelOf(call)))),
  repoRoute('PATCH', '/labels/{name}', WRITE, (call) => {
    const label = labelOf(call);
    const name = textAt(call.body, 'new_name') ?? label.name;
    call.repository.labels.delete(label.name);
    for (const issue of call.repository.issues.values()) if (issue.labels.delete(label.name)) issue.labels.add(name);
    label.name = name;
    label.color = textAt(call.body, 'color') ?? label.color;
    label.description = textAt(call.body, 'description') ?? label.description;
    call.repository.labels.set(name, label);
    return ok(labelJson(call.world, call.repository, label));
  }),
];

function issueOf(call: RepositoryCall): Issue {
  return issueAt(call.repository, numberIn(call, 'issue_number'));
}

function labelOf({ repository, params }: RepositoryCall): Label {
  const label = [...repository.labels.values()].find(({ name }) => name.toLowerCase() === params.name?.toLowerCase());
  if (label === undefined) throw notFound();
  return label;
}

function labelNames(body: Json): readonly string[] {
  const list = isList(body) ? body : isObject(body) && isList(body.labels) ? body.labels : [];
  return list.flatMap((one) => (typeof one === 'string' ? [one] : (textAt(one, 'name') ?? [])));
}

async function setLabels(call: RepositoryCall, issue: Issue, names: readonly string[]): Promise<void> {
  const wanted = names.map((name) => name.toLowerCase());
  for (const name of [...issue.labels].filter((one) => !wanted.includes(one.toLowerCase()))) {
    await removeLabel(call.world, call.repository, call.actor, issue, name);
  }
  await addLabels(call.world, call.repository, call.actor, issue, names);
}

function reacted({ world, actor, body }: RepositoryCall, reactions: Reaction[]): Answer {
  const { reaction, isNew } = react(world, actor, reactions, wordIn(REACTIONS, textAt(body, 'content'), 'content', 'Reaction'));
  return { status: isNew ? 201 : 200, body: reactionJson(world, reaction) };
}

function assign(world: World, issue: Issue, logins: readonly string[] | undefined): void {
  if (logins === undefined) return;
  issue.assignees.clear();
  for (const account of logins.flatMap((login): Account[] => [world.account(login)].filter((one) => one !== undefined)))
    issue.assignees.add(account);
}

function listed({ repository, query }: RepositoryCall): readonly Issue[] {
  const state = query.get('state') ?? 'open';
  const labels = (query.get('labels') ?? '').split(',').filter(Boolean);
  const creator = query.get('creator');
  return [...repository.issues.values()]
    .filter((one) => state === 'all' || one.state === state)
    .filter((one) => labels.every((label) => [...one.labels].some((name) => name.toLowerCase() === label.toLowerCase())))
    .filter(({ author }) => creator === null || author.login === creator)
    .toSorted((a, b) => (query.get('direction') === 'asc' ? a.number - b.number : b.number - a.number));
}

async function change(call: RepositoryCall): Promise<Answer> {
  const { world, repository, actor, body } = call;
  const issue = issueOf(call);
  const title = textAt(body, 'title');
  const given = isObject(body) && 'body' in body ? (textAt(body, 'body') ?? null) : undefined;
  await editWords(world, repository, actor, issue, {
    ...(title === undefined ? {} : { title }),
    ...(given === undefined ? {} : { body: given }),
  });
  if (isObject(body) && 'labels' in body) await setLabels(call, issue, labelNames(body));
  assign(world, issue, textsAt(body, 'assignees'));
  await setState(world, repository, call, issue);
  return ok(issueJson(world, repository, issue));
}

async function setState(world: World, repository: Repository, { actor, body }: RepositoryCall, issue: Issue): Promise<void> {
  const state = textAt(body, 'state');
  const reason = textAt(body, 'state_reason') === 'not_planned' ? 'not_planned' : 'completed';
  if (state === 'closed')
    await (isPull(issue) ? closePull(world, repository, actor, issue) : closeIssue(world, repository, actor, issue, reason));
  if (state === 'open') await (isPull(issue) ? reopenPull(world, repository, actor, issue) : reopenIssue(world, repository, actor, issue));
}
