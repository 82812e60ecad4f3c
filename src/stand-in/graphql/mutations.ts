/** The mutations: each finds its subject, asks for permission, acts alone in the repository, answers with what it changed. */
import { addComment, addLabels } from '../acts/issues.js';
import { mergePull } from '../acts/merge.js';
import { dequeue, enqueue } from '../acts/merge-queue.js';
import { closePull, setDraft } from '../acts/pulls.js';
import { setResolved } from '../acts/reviews.js';
import { isOneOf } from '../json.js';
import type { Actor, Permissions } from '../state/accounts.js';
import { isPull, type PullIssue, type Repository } from '../state/repositories.js';
import { assertWritable } from '../state/world.js';
import { accountNode } from './accounts.js';
import { commentById, findNode, pullById, threadById } from './find.js';
import { createCommitOnBranch, updateRefs } from './git-mutations.js';
import { actorOf, inputOf } from './input.js';
import { commentNode } from './issue.js';
import { type Arguments, type Node, permit, type Reader, refuse, textArgument } from './node.js';
import { pullNode } from './pull.js';
import { threadNode } from './reviews.js';

const PULL_WRITE: Permissions = { pull_requests: 'write' };

export function mutations(reader: Reader): Node {
  const onPull = pullMutation(reader);
  return {
    createCommitOnBranch: (args: Arguments) => createCommitOnBranch(reader, inputOf(args)),
    updateRefs: (args: Arguments) => updateRefs(reader, inputOf(args)),
    enqueuePullRequest: onPull('pullRequestId', { contents: 'write' }, async ({ repository, issue, actor, input }) => {
      const expected = textArgument(input, 'expectedHeadOid');
      const entry = await enqueue(reader.world, repository, actor, issue, expected);
      return {
        mergeQueueEntry: {
          id: entry.nodeId,
          state: entry.state,
          enqueuedAt: entry.at,
          position: 1,
          jump: false,
          solo: false,
          pullRequest: pullNode(reader, repository, issue),
          enqueuer: accountNode(reader.world, entry.by),
        },
      };
    }),
    dequeuePullRequest: onPull('id', { contents: 'write' }, async ({ repository, issue, actor }) => {
      await dequeue(reader.world, repository, actor, issue, 'MANUAL');
      return { mergeQueueEntry: null };
    }),
    markPullRequestReadyForReview: onPull('pullRequestId', PULL_WRITE, async ({ repository, issue, actor }) => {
      await setDraft(reader.world, repository, actor, issue, false);
      return { pullRequest: pullNode(reader, repository, issue) };
    }),
    convertPullRequestToDraft: onPull('pullRequestId', PULL_WRITE, async ({ repository, issue, actor }) => {
      await setDraft(reader.world, repository, actor, issue, true);
      return { pullRequest: pullNode(reader, repository, issue) };
    }),
    closePullRequest: onPull('pullRequestId', PULL_WRITE, async ({ repository, issue, actor }) => {
      await closePull(reader.world, repository, actor, issue);
      return { pullRequest: pullNode(reader, repository, issue) };
    }),
    mergePullRequest: onPull('pullRequestId', { contents: 'write' }, async ({ repository, issue, actor, input }) => {
      const method = (textArgument(input, 'mergeMethod') ?? 'MERGE').toLowerCase();
      await mergePull(reader.world, repository, actor, issue, {
        method: isOneOf(['merge', 'squash', 'rebase'] as const, method) ? method : 'merge',
        sha: textArgument(input, 'expectedHeadOid'),
        title: textArgument(input, 'commitHeadline'),
        message: textArgument(input, 'commitBody'),
      });
      return { pullRequest: pullNode(reader, repository, issue), actor: accountNode(reader.world, actor.account) };
    }),
    resolveReviewThread: (args: Arguments) => resolveThread(reader, inputOf(args), true),
    unresolveReviewThread: (args: Arguments) => resolveThread(reader, inputOf(args), false),
    minimizeComment: (args: Arguments) => minimize(reader, inputOf(args), true),
    unminimizeComment: (args: Arguments) => minimize(reader, inputOf(args), false),
    addComment: (args: Arguments) => comment(reader, inputOf(args)),
    addLabelsToLabelable: (args: Arguments) => label(reader, inputOf(args)),
  };
}

type OnPull = { readonly repository: Repository; readonly issue: PullIssue; readonly actor: Actor; readonly input: Arguments };

function pullMutation(reader: Reader) {
  return (field: string, needs: Permissions, act: (on: OnPull) => Promise<Node>) =>
    async (args: Arguments): Promise<Node> => {
      const input = inputOf(args);
      const found = pullById(reader, textArgument(input, field) ?? '');
      if (found === undefined) throw refuse('NOT_FOUND', `Could not resolve to a node with the global id of '${String(input[field])}'`);
      const { repository, issue } = found;
      permit(reader, repository, needs);
      const actor = actorOf(reader);
      return reader.world.exclusively(repository, async () => {
        assertWritable(repository);
        return { clientMutationId: input.clientMutationId ?? null, ...(await act({ repository, issue, actor, input })) };
      });
    };
}

async function resolveThread(reader: Reader, input: Arguments, resolved: boolean): Promise<Node> {
  const found = threadById(reader, textArgument(input, 'threadId') ?? '');
  if (found === undefined) throw refuse('NOT_FOUND', `Could not resolve to a node with the global id of '${String(input.threadId)}'`);
  const { repository, issue, thread } = found;
  permit(reader, repository, PULL_WRITE, { contents: 'write' });
  return reader.world.exclusively(repository, async () => {
    setResolved(reader.world, repository, actorOf(reader), issue, thread, resolved);
    return { clientMutationId: input.clientMutationId ?? null, thread: threadNode(reader, repository, issue, thread) };
  });
}

async function minimize(reader: Reader, input: Arguments, minimized: boolean): Promise<Node> {
  const found = commentById(reader, textArgument(input, 'subjectId') ?? '');
  if (found === undefined) throw refuse('NOT_FOUND', `Could not resolve to a node with the global id of '${String(input.subjectId)}'`);
  permit(reader, found.repository, PULL_WRITE, { issues: 'write' });
  found.comment.minimized = minimized ? textArgument(input, 'classifier') : undefined;
  const subject = await findNode(reader, found.comment.nodeId);
  return { clientMutationId: input.clientMutationId ?? null, [minimized ? 'minimizedComment' : 'unminimizedComment']: subject };
}

async function comment(reader: Reader, input: Arguments): Promise<Node> {
  const id = textArgument(input, 'subjectId') ?? '';
  for (const repository of reader.world.repositories.values()) {
    const issue = [...repository.issues.values()].find((one) => (isPull(one) ? one.pull.nodeId : one.nodeId) === id);
    if (issue === undefined) continue;
    permit(reader, repository, PULL_WRITE, { issues: 'write' });
    const actor = actorOf(reader);
    const made = await reader.world.exclusively(repository, async () =>
      addComment(reader.world, repository, actor, issue, textArgument(input, 'body') ?? ''),
    );
    const node = commentNode(reader, repository, issue, made);
    return {
      clientMutationId: input.clientMutationId ?? null,
      commentEdge: { cursor: made.nodeId, node },
      subject: findNode(reader, id),
    };
  }
  throw refuse('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`);
}

async function label(reader: Reader, input: Arguments): Promise<Node> {
  const found = pullById(reader, textArgument(input, 'labelableId') ?? '');
  if (found === undefined) throw refuse('NOT_FOUND', `Could not resolve to a node with the global id of '${String(input.labelableId)}'`);
  const { repository, issue } = found;
  permit(reader, repository, PULL_WRITE, { issues: 'write' });
  const ids: readonly unknown[] = Array.isArray(input.labelIds) ? input.labelIds : [];
  const names = [...repository.labels.values()].filter(({ nodeId }) => ids.includes(nodeId)).map(({ name }) => name);
  await reader.world.exclusively(repository, () => addLabels(reader.world, repository, actorOf(reader), issue, names));
  return { clientMutationId: input.clientMutationId ?? null, labelable: pullNode(reader, repository, issue) };
}
