/** A pull request and what governs it, read fresh: one GraphQL document paged to its end, and REST for what it lacks. */
import * as z from 'zod';
import type { MergeMethod, PullRequestSnapshot, Reading, SnapshotChange, SnapshotEvent } from '../../core/merge-gate/snapshot.js';
import { ProblemError } from '../../core/problem.js';
import type { Clock } from '../../ports.js';
import type { AppIdentity } from './app.js';
import { readBlob } from './blobs.js';
import { readRules } from './branch-rules.js';
import type { Reader } from './client.js';
import { compareCommits } from './comparison.js';
import { readChecks } from './head-checks.js';
import { type Place, routed } from './place.js';
import { reading, untold } from './reading.js';
import { readSettingsFile } from './settings-file.js';
import { Answer, type PullRequestNode, SNAPSHOT } from './snapshot-document.js';
import { readPages } from './snapshot-pages.js';
import { commitsOf, eventsOf, labelsOf, readSaid } from './snapshot-parts.js';
import { compareTrees, readCommit } from './trees.js';

export type SnapshotParts = { readonly reader: Reader; readonly clock: Clock; readonly app: AppIdentity };

const CONTENT = { files: 300, bytes: 256 * 1024 };

/** `baseBranch`: what the pull request merges into. */
export async function readSnapshot(
  { reader, clock, app }: SnapshotParts,
  place: Place,
  { number, baseBranch }: { readonly number: number; readonly baseBranch: string },
): Promise<PullRequestSnapshot> {
  const at = clock.now();
  const { repository, errors } = await readFirst(reader, place, number, baseBranch);
  const pull = repository.pullRequest;
  const pages = await readPages(reader, place, pull, errors);
  const baseHead = pull.baseRef?.target?.oid;
  if (baseHead === undefined) errors.push(`The branch ${pull.baseRefName} is gone.`);
  const [baseCommit, headCommit] = await Promise.all([
    readCommit(reader, place, baseHead ?? pull.baseRefOid),
    readCommit(reader, place, pull.headRefOid),
  ]);
  const governed = { appId: app.id, slug: app.slug, branch: pull.baseRefName, hasMergeQueue: Boolean(repository.mergeQueue) };
  const [installation, said, changes, checks, rules, config] = await Promise.all([
    reading(() => readInstallation(reader, place)),
    readSaid(reader, place, pages),
    reading(async () => readChanges(reader, place, await against(reader, place, pull, baseCommit.sha), headCommit)),
    reading(() => readChecks(reader, place, headCommit.sha, app.id)),
    reading(() => readRules(reader, place, governed)),
    reading(() => readSettingsFile(reader, place, baseCommit.sha)),
  ]);
  const timeline = eventsOf(pages.timelineItems);
  const labels = labelsOf(pages.labels);
  if (!labels.ok) errors.push(labels.because);
  return {
    at,
    errors,
    installation,
    repository: repositoryOf(repository),
    pullRequest: { number, ...pullRequestOf(pull, timeline), labels: labels.ok ? labels.value : [] },
    base: { head: baseCommit.sha, tree: baseCommit.tree },
    headCommit,
    commits: commitsOf(pages.commits),
    changes,
    ...said,
    timeline,
    checks,
    rules,
    config,
  };
}

type Repository = z.infer<typeof Answer>['repository'];

async function readFirst(
  reader: Reader,
  place: Place,
  number: number,
  baseBranch: string,
): Promise<{ readonly repository: Repository; readonly errors: string[] }> {
  const answer = await reader.query(place.installation, SNAPSHOT, { ...routed(place), number, base: baseBranch });
  const parsed = Answer.safeParse(answer.data);
  const errors = answer.errors.map(({ message }) => message);
  if (!parsed.success) {
    const [because = parsed.error.issues[0]?.path.join('.') ?? ''] = errors;
    throw new ProblemError(
      { kind: 'world', what: `GitHub did not show ${place.name}#${number}: ${because}.`, remedy: 'It is looked at again.' },
      { retry: true },
    );
  }
  return { repository: parsed.data.repository, errors };
}

function repositoryOf(node: Repository): PullRequestSnapshot['repository'] {
  const methods: readonly (readonly [MergeMethod, boolean])[] = [
    ['merge', node.mergeCommitAllowed],
    ['squash', node.squashMergeAllowed],
    ['rebase', node.rebaseMergeAllowed],
  ];
  return {
    id: node.databaseId,
    name: node.nameWithOwner,
    isPrivate: node.isPrivate,
    archived: node.isArchived,
    disabled: node.isDisabled,
    locked: node.isLocked,
    defaultBranch: node.defaultBranchRef?.name ?? '',
    methods: methods.flatMap(([method, isAllowed]) => (isAllowed ? [method] : [])),
  };
}

const STATES = { OPEN: 'open', CLOSED: 'closed', MERGED: 'merged' } as const;

function pullRequestOf(
  pull: PullRequestNode,
  timeline: Reading<readonly SnapshotEvent[]>,
): Omit<PullRequestSnapshot['pullRequest'], 'number' | 'labels'> {
  const events = timeline.ok ? timeline.value : [];
  const closed = events.findLast(({ kind }) => kind === 'closed');
  const renamed = events.findLast(({ kind }) => kind === 'renamed');
  // The body has an editor, the title has events: whoever came last.
  const isTitleLast = renamed !== undefined && (!pull.lastEditedAt || renamed.at > pull.lastEditedAt);
  const editor = isTitleLast ? renamed.by : pull.lastEditedAt ? pull.editor : undefined;
  return {
    nodeId: pull.id,
    url: pull.url,
    state: STATES[pull.state],
    draft: pull.isDraft,
    locked: pull.locked,
    title: pull.title,
    body: pull.body,
    ...(editor ? { editor } : {}),
    author: pull.author,
    head: pull.headRefOid,
    headRef: pull.headRefName,
    ...(pull.headRepository?.databaseId ? { headRepositoryId: pull.headRepository.databaseId } : {}),
    baseRef: pull.baseRefName,
    openedAt: pull.createdAt,
    ...(pull.closedAt ? { closedAt: pull.closedAt } : {}),
    ...(pull.state === 'CLOSED' && closed ? { closedBy: closed.by } : {}),
    ...(pull.mergedAt ? { mergedAt: pull.mergedAt, mergedBy: pull.mergedBy } : {}),
    ...(pull.mergeCommit ? { mergeCommit: pull.mergeCommit.oid } : {}),
    mergeable: pull.mergeable,
    mergeState: pull.mergeStateStatus,
    ...(pull.reviewDecision ? { reviewDecision: pull.reviewDecision } : {}),
    inMergeQueue: pull.isInMergeQueue,
  };
}

async function readInstallation(reader: Reader, place: Place): Promise<{ readonly suspended: boolean }> {
  const params = { installation_id: place.installation };
  const Installation = z.object({ suspended_at: z.string().nullish() });
  const { suspended_at: since } = await reader.get({ as: 'app', route: 'GET /app/installations/{installation_id}', params }, Installation);
  return { suspended: Boolean(since) };
}

/** The base to compare with. One that holds the head already would show that nothing was changed: then it is what stood before the merge. */
async function against(reader: Reader, place: Place, pull: PullRequestNode, baseHead: string): Promise<string> {
  if (pull.state !== 'MERGED') return baseHead;
  const merge = pull.mergeCommit?.oid;
  if (merge === undefined || merge === pull.headRefOid) return pull.baseRefOid;
  return (await readCommit(reader, place, merge)).parents[0] ?? pull.baseRefOid;
}

/** Between the trees of the merge base and the head; GitHub's own list of files ends early. */
async function readChanges(
  reader: Reader,
  place: Place,
  baseSha: string,
  head: { readonly sha: string; readonly tree: string },
): Promise<readonly SnapshotChange[]> {
  const met = await compareCommits(reader, place, baseSha, head.sha);
  if (!met) throw untold('The head and the base branch have no common history.');
  const changes = await compareTrees(reader, place, met.tree, head.tree);
  const isRead = ({ type, mode, size = 0 }: (typeof changes)[number]) =>
    type === 'blob' && mode !== '000000' && size <= CONTENT.bytes && changes.length <= CONTENT.files;
  const read: SnapshotChange[] = [];
  for (const change of changes) {
    const { path, mode, sha, size } = change;
    const bytes = isRead(change) ? await readBlob(reader, place, sha, size) : undefined;
    const content = bytes?.toString('utf8');
    // Bytes that are no text are no content of ours.
    const isText = content !== undefined && Buffer.from(content).equals(bytes ?? Buffer.alloc(0));
    read.push({ path, mode, sha, ...(isText ? { content } : {}) });
  }
  return read;
}
