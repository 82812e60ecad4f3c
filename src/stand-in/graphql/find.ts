/** The object a global id names, if the caller may see its repository. */
import { canSee } from '../rest/route.js';
import type { Comment, Issue, PullIssue, Repository, Thread } from '../state/repositories.js';
import { accountNode } from './accounts.js';
import { runNode, suiteNode } from './checks.js';
import { commitNodeAt, refNode, treeNode } from './commit.js';
import { commentNode, issueNode, labelNode } from './issue.js';
import type { Node, Reader } from './node.js';
import { pullNode } from './pull.js';
import { repositoryNode } from './repository.js';
import { reviewCommentNode, reviewNode, threadNode } from './reviews.js';

export async function findNode(reader: Reader, id: string): Promise<Node | null> {
  const account = [...reader.world.accounts.values()].find(({ nodeId }) => nodeId === id);
  if (account !== undefined) return accountNode(reader.world, account);
  for (const repository of reader.world.repositories.values()) {
    if (!canSee(reader.call, repository)) continue;
    if (repository.nodeId === id) return repositoryNode(reader, repository);
    const found = (await gitNode(reader, repository, id)) ?? checkNode(reader, repository, id) ?? discussionNode(reader, repository, id);
    if (found !== undefined && found !== null) return found;
  }
  return null;
}

export function pullById(reader: Reader, id: string): { readonly repository: Repository; readonly issue: PullIssue } | undefined {
  for (const repository of reader.world.repositories.values()) {
    const issue = reader.world.pulls(repository).find(({ pull }) => pull.nodeId === id);
    if (issue !== undefined && canSee(reader.call, repository)) return { repository, issue };
  }
  return undefined;
}

export function threadById(
  reader: Reader,
  id: string,
): { readonly repository: Repository; readonly issue: PullIssue; readonly thread: Thread } | undefined {
  for (const repository of reader.world.repositories.values()) {
    if (!canSee(reader.call, repository)) continue;
    for (const issue of reader.world.pulls(repository)) {
      const thread = issue.pull.threads.find(({ nodeId }) => nodeId === id);
      if (thread !== undefined) return { repository, issue, thread };
    }
  }
  return undefined;
}

export function commentById(
  reader: Reader,
  id: string,
): { readonly repository: Repository; readonly issue: Issue; readonly comment: Comment } | undefined {
  for (const repository of reader.world.repositories.values()) {
    if (!canSee(reader.call, repository)) continue;
    for (const issue of repository.issues.values()) {
      const all = [...issue.comments, ...(issue.pull?.threads.flatMap(({ comments }) => comments) ?? [])];
      const comment = all.find(({ nodeId }) => nodeId === id);
      if (comment !== undefined) return { repository, issue, comment };
    }
  }
  return undefined;
}

async function gitNode(reader: Reader, repository: Repository, id: string): Promise<Node | null | undefined> {
  const [kind = '', key = ''] = id.split('_kw');
  const text = Buffer.from(key, 'base64url').toString();
  const prefix = `${repository.id}:`;
  if (!text.startsWith(prefix)) return undefined;
  const name = text.slice(prefix.length);
  if (kind === 'C') return commitNodeAt(reader, repository, name);
  if (kind === 'REF') return refNode(reader, repository, name);
  return kind === 'T' ? treeNode(reader, repository, name) : undefined;
}

function checkNode(reader: Reader, repository: Repository, id: string): Node | undefined {
  const suite = repository.suites.find(({ nodeId }) => nodeId === id);
  if (suite !== undefined) return suiteNode(reader, repository, suite);
  const run = repository.suites.flatMap(({ runs }) => runs).find(({ nodeId }) => nodeId === id);
  return run && runNode(reader, repository, run);
}

function discussionNode(reader: Reader, repository: Repository, id: string): Node | undefined {
  for (const issue of repository.issues.values()) {
    if (issue.nodeId === id && issue.pull === undefined) return issueNode(reader, repository, issue);
    const comment = issue.comments.find(({ nodeId }) => nodeId === id);
    if (comment !== undefined) return commentNode(reader, repository, issue, comment);
  }
  for (const issue of reader.world.pulls(repository)) {
    if (issue.pull.nodeId === id) return pullNode(reader, repository, issue);
    const review = issue.pull.reviews.find(({ nodeId }) => nodeId === id);
    if (review !== undefined) return reviewNode(reader, repository, issue, review);
    for (const thread of issue.pull.threads) {
      if (thread.nodeId === id) return threadNode(reader, repository, issue, thread);
      const comment = thread.comments.find(({ nodeId }) => nodeId === id);
      if (comment !== undefined) return reviewCommentNode(reader, repository, issue, thread, comment);
    }
  }
  const label = [...repository.labels.values()].find(({ nodeId }) => nodeId === id);
  return label && labelNode(label);
}
