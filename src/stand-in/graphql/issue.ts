/** Labels, comments, reactions, edits and issues as GraphQL objects. */
import { textAt } from '../json.js';
import { associationOf, commentJson } from '../render/issue.js';
import { pageUrl } from '../render/links.js';
import { type Comment, type Issue, type Label, REACTIONS, type Reaction, type Repository } from '../state/repositories.js';
import { accountNode } from './accounts.js';
import { type Arguments, connection, type Node, type Reader } from './node.js';

const REACTION_WORDS: Readonly<Record<string, string>> = {
  '+1': 'THUMBS_UP',
  '-1': 'THUMBS_DOWN',
  laugh: 'LAUGH',
  confused: 'CONFUSED',
  heart: 'HEART',
  hooray: 'HOORAY',
  rocket: 'ROCKET',
  eyes: 'EYES',
};

export function labelNode(label: Label): Node {
  return { __typename: 'Label', id: label.nodeId, name: label.name, color: label.color, description: label.description, isDefault: false };
}

export function labelsNode(repository: Repository, issue: Issue, args: Arguments): Node {
  const labels = [...issue.labels].flatMap((name) => repository.labels.get(name) ?? []);
  return connection(labels, args, labelNode);
}

/** What issues, pull requests, comments and reviews have in common. */
export function saidNode(reader: Reader, repository: Repository, said: Said): Node {
  const { world } = reader;
  return {
    author: () => accountNode(world, said.author),
    authorAssociation: associationOf(world, repository, said.author),
    body: said.body ?? '',
    bodyText: said.body ?? '',
    bodyHTML: escaped(said.body ?? ''),
    createdAt: said.createdAt,
    publishedAt: said.createdAt,
    updatedAt: said.updatedAt,
    lastEditedAt: said.edited?.at ?? null,
    includesCreatedEdit: said.edited !== undefined,
    createdViaEmail: false,
    editor: () => (said.edited === undefined ? null : accountNode(world, said.edited.by)),
    viewerDidAuthor: reader.call.caller.kind === 'installation' && reader.call.caller.installation.app.bot.id === said.author.id,
  };
}

export type Said = Pick<Issue, 'author' | 'body' | 'createdAt' | 'updatedAt' | 'edited'>;

export function commentNode(reader: Reader, repository: Repository, issue: Issue, comment: Comment): Node {
  const url = textAt(commentJson(reader.world, repository, issue, comment), 'html_url') ?? '';
  return {
    __typename: 'IssueComment',
    id: comment.nodeId,
    databaseId: comment.id,
    fullDatabaseId: String(comment.id),
    ...saidNode(reader, repository, comment),
    ...minimizedNode(comment),
    url,
    resourcePath: new URL(url).pathname,
    reactions: (args: Arguments) => connection(comment.reactions, args, (one) => reactionNode(reader, one)),
    reactionGroups: () => reactionGroups(comment.reactions),
    repository: () => reader.make.repository(repository),
    issue: () => issueNode(reader, repository, issue),
    pullRequest: () => (issue.pull === undefined ? null : reader.make.pull(repository, { ...issue, pull: issue.pull })),
  };
}

export function minimizedNode({ minimized }: Comment): Node {
  return { isMinimized: minimized !== undefined, minimizedReason: minimized?.toLowerCase() ?? null, viewerCanMinimize: true };
}

export function reactionNode(reader: Reader, reaction: Reaction): Node {
  return {
    __typename: 'Reaction',
    id: reaction.nodeId,
    databaseId: reaction.id,
    content: REACTION_WORDS[reaction.content],
    createdAt: reaction.createdAt,
    user: () => (reaction.user.kind === 'User' ? accountNode(reader.world, reaction.user) : null),
  };
}

export function reactionGroups(reactions: readonly Reaction[]): readonly Node[] {
  return REACTIONS.map((content) => ({
    content: REACTION_WORDS[content],
    createdAt: reactions.find((one) => one.content === content)?.createdAt ?? null,
    viewerHasReacted: false,
    reactors: (args: Arguments) =>
      connection(
        reactions.filter((one) => one.content === content),
        args,
        () => null,
      ),
  }));
}

export function editsNode(reader: Reader, issue: Issue, args: Arguments): Node {
  return connection(issue.bodyEdits.toReversed(), args, ({ at, by, before }) => ({
    id: `UCE_${at}`,
    createdAt: at,
    editedAt: at,
    updatedAt: at,
    deletedAt: null,
    deletedBy: null,
    diff: before,
    editor: accountNode(reader.world, by),
  }));
}

export function issueNode(reader: Reader, repository: Repository, issue: Issue): Node {
  const url = pageUrl(reader.world, repository, 'issues', issue.number);
  return {
    __typename: 'Issue',
    id: issue.nodeId,
    databaseId: issue.id,
    fullDatabaseId: String(issue.id),
    number: issue.number,
    title: issue.title,
    state: issue.state.toUpperCase(),
    stateReason: issue.stateReason?.toUpperCase() ?? null,
    locked: issue.locked,
    closed: issue.state === 'closed',
    closedAt: issue.closed?.at ?? null,
    url,
    resourcePath: new URL(url).pathname,
    ...saidNode(reader, repository, issue),
    labels: (args: Arguments) => labelsNode(repository, issue, args),
    comments: (args: Arguments) => connection(issue.comments, args, (one) => commentNode(reader, repository, issue, one)),
    reactions: (args: Arguments) => connection(issue.reactions, args, (one) => reactionNode(reader, one)),
    userContentEdits: (args: Arguments) => editsNode(reader, issue, args),
    assignees: (args: Arguments) => connection([...issue.assignees], args, (one) => accountNode(reader.world, one)),
    repository: () => reader.make.repository(repository),
  };
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign);
}
