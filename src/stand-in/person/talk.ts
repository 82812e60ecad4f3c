/** What a person does on the pages of pull requests and issues. */
import {
  addComment,
  addLabels,
  closeIssue,
  commentAt,
  deleteComment,
  deleteLabel,
  editComment,
  editWords,
  issueAt,
  openIssue,
  pullAt,
  react,
  removeLabel,
  reopenIssue,
} from '../acts/issues.js';
import { type MergeOrder, mergePull } from '../acts/merge.js';
import { dequeue, enqueue } from '../acts/merge-queue.js';
import { closePull, openPull, removeReviewers, reopenPull, requestReviewers, retarget, setDraft, updateBranch } from '../acts/pulls.js';
import {
  deleteReviewComment,
  dismissReview,
  editReview,
  editReviewComment,
  type ReviewOrder,
  reply,
  reviewAt,
  reviewCommentAt,
  setResolved,
  submitReview,
} from '../acts/reviews.js';
import { isPull, type ReactionContent } from '../state/repositories.js';
import type { PersonDesk } from './desk.js';

export type PullOrder = {
  readonly title: string;
  /** `branch`, or `owner/fork:branch` for a pull request from a fork. */
  readonly head: string;
  readonly base?: string;
  readonly body?: string;
  readonly draft?: boolean;
};

export class PersonTalk {
  readonly #desk: PersonDesk;

  constructor(desk: PersonDesk) {
    this.#desk = desk;
  }

  openPull(repository: string, { title, head, base, body, draft = false }: PullOrder): Promise<number> {
    const { world, actor } = this.#desk;
    const [fork, ref] = head.includes(':') ? head.split(':') : [repository, head];
    return this.#desk.act(repository, 'read', async (found) => {
      const from = { repository: this.#desk.repository(fork ?? repository), ref: ref ?? head };
      const issue = await openPull(world, found, actor, {
        title,
        body: body ?? null,
        base: base ?? found.defaultBranch,
        head: from,
        draft,
      });
      return issue.number;
    });
  }

  openIssue(repository: string, title: string, body?: string): Promise<number> {
    const { world, actor } = this.#desk;
    return this.#desk.act(
      repository,
      'read',
      async (found) => (await openIssue(world, found, actor, { title, body: body ?? null })).number,
    );
  }

  /** Title or body; ticking a box of a task list is such an edit. */
  edit(repository: string, number: number, words: { readonly title?: string; readonly body?: string }): Promise<void> {
    return this.#desk.act(repository, 'triage', (found) =>
      editWords(this.#desk.world, found, this.#desk.actor, issueAt(found, number), words),
    );
  }

  comment(repository: string, number: number, body: string): Promise<number> {
    return this.#desk.act(
      repository,
      'read',
      (found) => addComment(this.#desk.world, found, this.#desk.actor, issueAt(found, number), body).id,
    );
  }

  editComment(repository: string, id: number, body: string): Promise<void> {
    return this.#desk.act(repository, 'read', (found) => {
      const { issue, comment } = commentAt(found, id);
      editComment(this.#desk.world, found, this.#desk.actor, issue, comment, body);
    });
  }

  deleteComment(repository: string, id: number): Promise<void> {
    return this.#desk.act(repository, 'read', (found) => {
      const { issue, comment } = commentAt(found, id);
      deleteComment(this.#desk.world, found, this.#desk.actor, issue, comment);
    });
  }

  react(repository: string, commentId: number, content: ReactionContent): Promise<void> {
    return this.#desk.act(repository, 'read', (found) => {
      react(this.#desk.world, this.#desk.actor, commentAt(found, commentId).comment.reactions, content);
    });
  }

  review(repository: string, number: number, order: ReviewOrder): Promise<number> {
    return this.#desk.act(
      repository,
      'read',
      (found) => submitReview(this.#desk.world, found, this.#desk.actor, pullAt(found, number), order).id,
    );
  }

  approve(repository: string, number: number, body = ''): Promise<number> {
    return this.review(repository, number, { event: 'APPROVE', body });
  }

  requestChanges(repository: string, number: number, body: string): Promise<number> {
    return this.review(repository, number, { event: 'REQUEST_CHANGES', body });
  }

  editReview(repository: string, number: number, id: number, body: string): Promise<void> {
    return this.#desk.act(repository, 'read', (found) => {
      const issue = pullAt(found, number);
      editReview(this.#desk.world, found, this.#desk.actor, issue, reviewAt(issue, id), body);
    });
  }

  dismissReview(repository: string, number: number, id: number, message: string): Promise<void> {
    return this.#desk.act(repository, 'write', (found) => {
      const issue = pullAt(found, number);
      dismissReview(this.#desk.world, found, this.#desk.actor, issue, reviewAt(issue, id), message);
    });
  }

  /** In the thread of that comment on a line. */
  reply(repository: string, commentId: number, body: string): Promise<number> {
    return this.#desk.act(repository, 'read', (found) => {
      const { issue, thread } = reviewCommentAt(this.#desk.world, found, commentId);
      return reply(this.#desk.world, found, this.#desk.actor, issue, thread, body).id;
    });
  }

  editReviewComment(repository: string, id: number, body: string): Promise<void> {
    return this.#desk.act(repository, 'read', (found) =>
      editReviewComment(this.#desk.world, found, this.#desk.actor, reviewCommentAt(this.#desk.world, found, id), body),
    );
  }

  deleteReviewComment(repository: string, id: number): Promise<void> {
    return this.#desk.act(repository, 'read', (found) =>
      deleteReviewComment(this.#desk.world, found, this.#desk.actor, reviewCommentAt(this.#desk.world, found, id)),
    );
  }

  /** All threads of the pull request, or the one with this node id. */
  resolveThreads(repository: string, number: number, threadId?: string, resolved = true): Promise<void> {
    return this.#desk.act(repository, 'read', (found) => {
      const issue = pullAt(found, number);
      const threads = issue.pull.threads.filter(({ nodeId }) => threadId === undefined || nodeId === threadId);
      for (const thread of threads) setResolved(this.#desk.world, found, this.#desk.actor, issue, thread, resolved);
    });
  }

  label(repository: string, number: number, ...names: readonly string[]): Promise<void> {
    return this.#desk.act(repository, 'triage', (found) =>
      addLabels(this.#desk.world, found, this.#desk.actor, issueAt(found, number), names),
    );
  }

  unlabel(repository: string, number: number, name: string): Promise<void> {
    return this.#desk.act(repository, 'triage', (found) =>
      removeLabel(this.#desk.world, found, this.#desk.actor, issueAt(found, number), name),
    );
  }

  /** From the repository, and so from everything that has it. */
  deleteLabel(repository: string, name: string): Promise<void> {
    return this.#desk.act(repository, 'write', (found) => deleteLabel(this.#desk.world, found, this.#desk.actor, name));
  }

  close(repository: string, number: number): Promise<void> {
    return this.#desk.act(repository, 'triage', (found) => {
      const issue = issueAt(found, number);
      const { world, actor } = this.#desk;
      return isPull(issue) ? closePull(world, found, actor, issue) : closeIssue(world, found, actor, issue);
    });
  }

  reopen(repository: string, number: number): Promise<void> {
    return this.#desk.act(repository, 'triage', (found) => {
      const issue = issueAt(found, number);
      const { world, actor } = this.#desk;
      return isPull(issue) ? reopenPull(world, found, actor, issue) : reopenIssue(world, found, actor, issue);
    });
  }

  lock(repository: string, number: number, locked = true): Promise<void> {
    return this.#desk.act(repository, 'write', (found) => {
      issueAt(found, number).locked = locked;
    });
  }

  merge(repository: string, number: number, order: Partial<MergeOrder> = {}): Promise<string> {
    return this.#desk.act(repository, 'write', (found) =>
      mergePull(this.#desk.world, found, this.#desk.actor, pullAt(found, number), { method: 'merge', ...order }),
    );
  }

  retarget(repository: string, number: number, base: string): Promise<void> {
    return this.#desk.act(repository, 'write', (found) => retarget(this.#desk.world, found, this.#desk.actor, pullAt(found, number), base));
  }

  setDraft(repository: string, number: number, draft: boolean): Promise<void> {
    return this.#desk.act(repository, 'write', (found) =>
      setDraft(this.#desk.world, found, this.#desk.actor, pullAt(found, number), draft),
    );
  }

  updateBranch(repository: string, number: number): Promise<string> {
    return this.#desk.act(repository, 'write', (found) => updateBranch(this.#desk.world, found, this.#desk.actor, pullAt(found, number)));
  }

  requestReview(
    repository: string,
    number: number,
    reviewers: { readonly users?: readonly string[]; readonly teams?: readonly string[] },
  ): Promise<void> {
    return this.#desk.act(repository, 'triage', (found) =>
      requestReviewers(this.#desk.world, found, this.#desk.actor, pullAt(found, number), { users: [], teams: [], ...reviewers }),
    );
  }

  removeReview(
    repository: string,
    number: number,
    reviewers: { readonly users?: readonly string[]; readonly teams?: readonly string[] },
  ): Promise<void> {
    return this.#desk.act(repository, 'triage', (found) =>
      removeReviewers(this.#desk.world, found, this.#desk.actor, pullAt(found, number), { users: [], teams: [], ...reviewers }),
    );
  }

  enqueue(repository: string, number: number): Promise<void> {
    return this.#desk.act(repository, 'write', async (found) => {
      await enqueue(this.#desk.world, found, this.#desk.actor, pullAt(found, number), undefined);
    });
  }

  dequeue(repository: string, number: number): Promise<void> {
    return this.#desk.act(repository, 'write', (found) =>
      dequeue(this.#desk.world, found, this.#desk.actor, pullAt(found, number), 'MANUAL'),
    );
  }
}
