/** One attempt to merge a pull request at one head, and what came of it. It is never sent twice. */
import * as z from 'zod';
import { ProblemError } from '../../core/problem.js';
import type { Landing, MergeWords } from '../../ports.js';
import type { Refusal } from './answers.js';
import type { Reader } from './client.js';
import { compareCommits } from './comparison.js';
import type { Gateway } from './gateway.js';
import { enqueue, refusedBecause } from './merge-queue.js';
import { type Place, routed } from './place.js';
import { mergePullRequest } from './pull-writes.js';
import { type Pull, readPull } from './pulls.js';

type Parts = { readonly reader: Reader; readonly gateway: Gateway };
type Merging = { readonly pull: Pull; readonly baseBranch: string; readonly head: string; readonly words: MergeWords };

const QUEUE = `query ($owner: String!, $repo: String!, $branch: String!, $ref: String!, $number: Int!) {
  repository(owner: $owner, name: $repo) {
    mergeQueue(branch: $branch) { id }
    ref(qualifiedName: $ref) { target { oid } }
    pullRequest(number: $number) { headRefOid isInMergeQueue }
  }
}`;
const Queue = z.object({
  repository: z.object({
    mergeQueue: z.object({ id: z.string() }).nullable(),
    ref: z.object({ target: z.object({ oid: z.string() }) }),
    pullRequest: z.object({ headRefOid: z.string(), isInMergeQueue: z.boolean() }),
  }),
});

export async function mergeAt(parts: Parts, place: Place, merging: Merging): Promise<Landing> {
  const { pull, baseBranch, head, words } = merging;
  const early = settled(pull, head, baseBranch);
  if (early) return early;
  const variables = { ...routed(place), branch: baseBranch, ref: `refs/heads/${baseBranch}`, number: pull.number };
  const { data, errors } = await parts.reader.query(place.installation, QUEUE, variables);
  const seen = Queue.safeParse(data);
  if (errors[0] || !seen.success)
    return { kind: 'refused', because: errors[0]?.message ?? `${baseBranch} could not be read before merging` };
  const { mergeQueue, ref, pullRequest } = seen.data.repository;
  if (pullRequest.isInMergeQueue) return pullRequest.headRefOid === head ? { kind: 'queued' } : { kind: 'head-moved' };
  if (pullRequest.headRefOid !== head) return { kind: 'head-moved' };
  if (mergeQueue) return enqueue(parts, place, pull, head);

  const write = mergePullRequest(place, pull.number, { head, ...words });
  try {
    const outcome = await parts.gateway.perform(write);
    return outcome.done ? { kind: 'landed', sha: outcome.value } : await afterRefusal(parts.reader, place, merging, outcome);
  } catch (error) {
    // A limit stood before the call: nothing was sent. All else leaves open whether GitHub merged.
    if (!(error instanceof ProblemError) || error.until !== undefined) throw error;
    return afterSilence(parts.reader, place, merging, ref.target.oid);
  }
}

/** What is true already, whoever made it so. */
function settled(pull: Pull, head: string, baseBranch: string): Landing | undefined {
  if (pull.merged_at) {
    if (pull.head.sha === head && pull.merge_commit_sha) return { kind: 'landed', sha: pull.merge_commit_sha };
    return { kind: 'stopped', isMerged: true, because: `it was merged at ${pull.head.sha}, not at the head that was judged` };
  }
  if (pull.state === 'closed') return { kind: 'stopped', because: 'it was closed' };
  if (pull.base.ref !== baseBranch) return { kind: 'stopped', because: `it merges into ${pull.base.ref} now, not into ${baseBranch}` };
  return pull.head.sha === head ? undefined : { kind: 'head-moved' };
}

/** GitHub answers a moved head with 409, and older servers with 422: the head itself decides. */
async function afterRefusal(reader: Reader, place: Place, { pull, baseBranch, head }: Merging, refusal: Refusal): Promise<Landing> {
  const now = await readPull(reader, place, pull.number);
  const landing = now && settled(now, head, baseBranch);
  return landing ?? refusedBecause(refusal);
}

/** GitHub can hold the merge in the base branch and still show the pull request as open. */
async function afterSilence(reader: Reader, place: Place, merging: Merging, before: string): Promise<Landing> {
  const { pull, baseBranch, head, words } = merging;
  const now = await readPull(reader, place, pull.number);
  const landing = now && settled(now, head, baseBranch);
  if (landing) return landing;
  const since = await commitsSince(reader, place, before, baseBranch);
  const isThere =
    since.some((message) => message.startsWith(words.title)) ||
    (await compareCommits(reader, place, baseBranch, head))?.status === 'behind';
  if (isThere)
    return {
      kind: 'stopped',
      isMerged: true,
      because: `${baseBranch} holds the change, but pull request #${pull.number} is still open: look at both`,
    };
  return { kind: 'refused', because: 'GitHub gave no clear answer, and nothing was merged' };
}

const Commits = z.object({ commits: z.array(z.object({ commit: z.object({ message: z.string() }) })) });

async function commitsSince(reader: Reader, place: Place, before: string, baseBranch: string): Promise<readonly string[]> {
  const params = { ...routed(place), basehead: `${before}...${baseBranch}`, per_page: 100 };
  const { commits } = await reader.get({ as: place.installation, route: 'GET /repos/{owner}/{repo}/compare/{basehead}', params }, Commits);
  return commits.map(({ commit }) => commit.message);
}
