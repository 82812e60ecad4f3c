/** A pull request of the world, whole, as its page shows it. */
import { patchOf } from '../../git/diff.js';
import { commitsOf, filesOf, treesOf } from '../../render/pull.js';
import { contextsOf } from '../../rules/checks.js';
import { blockersOf } from '../../rules/mergeable.js';
import { requirementsOf } from '../../rules/requirements.js';
import { latestOpinions } from '../../rules/reviews.js';
import type { PullIssue, Repository } from '../../state/repositories.js';
import type { World } from '../../state/world.js';
import type { FileView, MergeView, PullView, ReviewerRow } from '../view.js';
import { entriesOf, threadView } from './conversation.js';
import { checkRows, labelsOf, pullRow } from './rows.js';

/** A longer text is not offered for editing in a form. */
const LONGEST_CONTENT = 200_000;

export async function pullView(world: World, repository: Repository, issue: PullIssue): Promise<PullView> {
  const { pull } = issue;
  const { head } = pull;
  const isFork = head.repository.id !== repository.id;
  return {
    ...pullRow(world, repository, issue),
    body: issue.body ?? '',
    isEdited: issue.bodyEdits.length > 0,
    head: { label: isFork ? `${head.repository.owner.login}:${head.ref}` : head.ref, ref: head.ref, sha: head.sha },
    base: pull.base.ref,
    closed: issue.closed === undefined ? undefined : { at: issue.closed.at, by: issue.closed.by.login },
    entries: await entriesOf(repository, issue),
    checkRows: checkRows(world, repository, issue),
    reviewers: reviewersOf(repository, issue),
    allLabels: labelsOf(repository, new Set([...repository.labels.keys(), ...issue.labels])),
    merge: await mergeView(world, repository, issue),
    commits: (await commitsOf(repository, issue)).length,
    changedFiles: (await filesOf(repository, issue)).length,
  };
}

export async function fileViews(repository: Repository, issue: PullIssue): Promise<readonly FileView[]> {
  const { before, after } = await treesOf(repository, issue.pull);
  const views: FileView[] = [];
  for (const file of await filesOf(repository, issue)) {
    const { path, previousPath, status, additions, deletions } = file;
    views.push({
      path,
      previousPath,
      status,
      additions,
      deletions,
      patch: await patchOf(repository.git, before, after, file),
      content: status === 'removed' || file.mode !== '100644' ? undefined : await textOf(repository, file.sha),
      threads: issue.pull.threads.filter((thread) => thread.path === path).map(threadView),
    });
  }
  return views;
}

async function textOf(repository: Repository, sha: string): Promise<string | undefined> {
  const blob = await repository.git.objects.blob(sha);
  if (blob === undefined || blob.length > LONGEST_CONTENT) return undefined;
  const text = blob.toString('utf8');
  // A form would change what is no UTF-8, and every line end that is no bare LF.
  return text.includes('\0') || text.includes('\r') || !Buffer.from(text).equals(blob) ? undefined : text;
}

function reviewersOf(repository: Repository, issue: PullIssue): readonly ReviewerRow[] {
  const { pull, author } = issue;
  const rows = new Map<string, ReviewerRow['state']>(
    pull.reviews.filter((one) => one.author.id !== author.id).map((one) => [one.author.login, one.state]),
  );
  for (const { author: who, state } of latestOpinions(issue)) rows.set(who.login, state);
  for (const { login } of pull.requestedUsers) rows.set(login, 'REQUESTED');
  for (const slug of pull.requestedTeams) rows.set(`${repository.owner.login}/${slug}`, 'REQUESTED');
  return [...rows].map(([name, state]) => ({ name, state }));
}

/** Looks for itself whether it merges: asking the rules would use up the times that GitHub does not know yet. */
async function mergeView(world: World, repository: Repository, issue: PullIssue): Promise<MergeView> {
  const { pull } = issue;
  const nothing = { canMerge: false, reasons: [], methods: [] };
  if (pull.merged !== undefined)
    return { ...nothing, says: `${pull.merged.by.login} merged this as ${pull.merged.commit.slice(0, 7)} (${pull.merged.method})` };
  if (issue.state === 'closed') return { ...nothing, says: 'Closed with unmerged commits' };
  const base = repository.git.refs.get(`refs/heads/${pull.base.ref}`);
  if (base === undefined) return { ...nothing, says: `The branch ${pull.base.ref} is gone` };
  const methods = methodsOf(world, repository, issue);
  if ((await repository.git.merge(base, pull.head.sha)).kind === 'conflict')
    return { ...nothing, methods, says: 'This branch has conflicts that must be resolved' };
  if (pull.draft) return { ...nothing, methods, says: 'This is still a draft' };
  if (pull.queued !== undefined) return { ...nothing, says: 'Waiting in the merge queue' };
  const reasons = (await blockersOf(world, repository, issue)).map(({ message }) => message);
  if (reasons.length > 0) return { canMerge: false, says: 'Merging is blocked', reasons, methods };
  return { canMerge: true, says: 'No rule stands against merging', reasons: worries(world, repository, issue), methods };
}

/** What GitHub shows beside a button that works: nothing forbids the merge, and still one might wait. */
function worries(world: World, repository: Repository, issue: PullIssue): readonly string[] {
  const against = latestOpinions(issue).filter(({ state }) => state === 'CHANGES_REQUESTED');
  const open = contextsOf(world, repository, issue.pull.head.sha).filter(({ outcome }) => outcome !== 'success');
  return [...against.map(({ author }) => `${author.login} requested changes`), ...open.map(({ name, outcome }) => `${name}: ${outcome}`)];
}

function methodsOf(world: World, repository: Repository, { pull }: PullIssue): MergeView['methods'] {
  const limits = requirementsOf(world, repository, pull.base.ref).flatMap((one) =>
    one.kind === 'reviews' && one.methods !== undefined ? [one.methods] : [],
  );
  const offered = (['merge', 'squash', 'rebase'] as const).filter((method) => repository.merge[method === 'merge' ? 'commit' : method]);
  return offered.filter((method) => limits.every((limit) => limit.includes(method)));
}
