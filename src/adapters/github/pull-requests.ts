/** The pull request of a standing branch on GitHub: opened once, kept to its words, merged at one head, closed with its reason. */
import { ProblemError } from '../../core/problem.js';
import type { PullRequestPlan } from '../../core/pull-request.js';
import type { RepositoryRow } from '../../core/repo.js';
import type { Clock, PullRequests, Submitted } from '../../ports.js';
import { readAftermath } from './aftermath.js';
import { refused } from './answers.js';
import type { AppIdentity } from './app.js';
import type { Reader } from './client.js';
import { showGate } from './gate-check.js';
import type { Gateway } from './gateway.js';
import { readRef } from './git-writes.js';
import type { Identify } from './identity.js';
import { leaveQueue } from './merge-queue.js';
import { mergeAt } from './merging.js';
import type { Place } from './place.js';
import { addLabels, closePullRequest, createLabel, hasLabel, openPullRequest, updatePullRequest, wordsToSend } from './pull-writes.js';
import { findPull, ourPull, type Pull } from './pulls.js';
import { reading } from './reading.js';
import { askReviewers } from './reviewers.js';
import { readSettingsFile } from './settings-file.js';
import { readSnapshot } from './snapshot.js';
import { say, trySay } from './sticky.js';
import { readCommit } from './trees.js';

export type PullRequestParts = {
  readonly reader: Reader;
  readonly gateway: Gateway;
  readonly identify: Identify;
  readonly app: () => Promise<AppIdentity>;
  readonly clock: Clock;
  /** Where people look at repositories: `https://github.com`. */
  readonly webUrl: string;
};

const LABEL = { name: 'autopilot', color: '1f6feb', description: 'Proposed by Autopilot' };

export function createPullRequests(parts: PullRequestParts, row: RepositoryRow): PullRequests {
  const { reader, gateway } = parts;
  return {
    delivery: async (commit) => ({ how: 'github', baseBranch: row.defaultBranch, filesAt: `${parts.webUrl}/${row.name}/blob/${commit}` }),
    base: async () => {
      const sha = await readRef(reader, row, row.defaultBranch);
      if (sha === undefined) return undefined;
      const config = await reading(() => readSettingsFile(reader, row, sha));
      return { branch: row.defaultBranch, sha, tree: (await readCommit(reader, row, sha)).tree, config };
    },
    submit: (plan, number) => submit(parts, row, plan, number),
    look: async (branch, number) => {
      const app = await parts.app();
      const pull = await ourPull(reader, row, { branch, number }, app.botId);
      if (!pull) return undefined;
      const snapshot = await readSnapshot({ reader, clock: parts.clock, app }, row, { number: pull.number, baseBranch: pull.base.ref });
      return { how: 'forge', snapshot, app };
    },
    merge: async ({ branch, number, baseBranch = '' }, head, words) => {
      const { botId } = await parts.app();
      const pull = await ourPull(reader, row, { branch, number }, botId);
      if (!pull) return { kind: 'stopped', because: `there is no pull request from ${branch}` };
      return mergeAt(parts, row, { pull, baseBranch, head, words });
    },
    show: async (head, report, standing) => showGate({ reader, gateway, appId: (await parts.app()).id }, row, { head, report, standing }),
    close: async (branch, number, because) => {
      const { botId } = await parts.app();
      const pull = await ourPull(reader, row, { branch, number }, botId);
      if (!pull || pull.state === 'closed') return;
      await say({ reader, gateway, botId }, row, { issue: pull.number, topic: 'closed', text: because, urgent: true });
      const outcome = await gateway.perform(closePullRequest(row, pull.number));
      if (!outcome.done) throw refused({ route: `to close ${row.name}#${pull.number}` }, outcome);
    },
    leaveQueue: async (branch, number) => {
      const { botId } = await parts.app();
      const pull = await ourPull(reader, row, { branch, number }, botId);
      return pull ? leaveQueue(parts, row, pull) : { kind: 'not-queued' };
    },
    tell: async (issue, topic, text) => {
      const { botId } = await parts.app();
      return (await trySay({ reader, gateway, botId }, row, { issue, topic, text })).done;
    },
    aftermath: async (branch, of) => {
      const { id: appId, slug } = await parts.app();
      return readAftermath(reader, row, { appId, slug, branch }, of);
    },
  };
}

async function submit(parts: PullRequestParts, place: Place, plan: PullRequestPlan, number: number | undefined): Promise<Submitted> {
  const { botId } = await parts.app();
  const standing = await standingPull(parts, place, plan, { number, botId });
  const words = wordsToSend(plan, parts.gateway.redaction);
  const pull = standing ?? (await open(parts, place, { ...words, head: plan.branch, base: baseOf(plan) }, botId));
  if (standing) await bringWords(parts, place, standing, words);
  await bringLabels(parts, place, pull, plan.labels);
  const notified = await askReviewers(parts, place, pull, { names: plan.reviewers, isNew: !standing });
  return { number: pull.number, url: pull.html_url, words, notified };
}

function baseOf({ baseBranch, urn }: PullRequestPlan): string {
  if (baseBranch === undefined) throw new Error(`the plan of ${urn} was made for a laptop`);
  return baseBranch;
}

async function standingPull(
  { reader }: PullRequestParts,
  place: Place,
  { branch }: PullRequestPlan,
  { number, botId }: { readonly number: number | undefined; readonly botId: number },
): Promise<Pull | undefined> {
  if (number === undefined) return findPull(reader, place, branch, { botId, state: 'open' });
  const pull = await ourPull(reader, place, { branch, number }, botId);
  if (pull?.state === 'open') return pull;
  const state = pull ? (pull.merged_at ? 'merged' : 'closed') : 'gone';
  throw new ProblemError({
    kind: 'no',
    what: `${place.name}#${number} is ${state}.`,
    remedy:
      state === 'closed'
        ? 'It is not opened again against somebody’s decision: reopen it there, then `sf bootstrap retry`.'
        : 'Nothing is opened in its place: `sf bootstrap cancel` ends it here.',
  });
}

async function open(
  { reader, gateway }: PullRequestParts,
  place: Place,
  words: { readonly title: string; readonly body: string; readonly head: string; readonly base: string },
  botId: number,
): Promise<Pull> {
  const outcome = await gateway.perform(openPullRequest(place, words, botId));
  if (outcome.done) return outcome.value;
  // Another worker was first, or somebody opened one from our branch.
  const standing = outcome.status === 422 ? await findPull(reader, place, words.head, { botId, state: 'open' }) : undefined;
  if (standing) return standing;
  throw refused({ route: `a pull request from ${words.head} in ${place.name}` }, outcome);
}

async function bringWords(
  { gateway }: PullRequestParts,
  place: Place,
  pull: Pull,
  words: { readonly title: string; readonly body: string },
): Promise<void> {
  const changed = {
    ...(pull.title === words.title ? {} : { title: words.title }),
    ...(plain(pull.body ?? '') === plain(words.body) ? {} : { body: words.body }),
  };
  if (Object.keys(changed).length === 0) return;
  const outcome = await gateway.perform(updatePullRequest(place, pull.number, changed));
  if (!outcome.done) throw refused({ route: `the words of ${place.name}#${pull.number}` }, outcome);
}

function plain(body: string): string {
  return body.replaceAll('\r\n', '\n').trim();
}

/** A label that cannot be set does not lose the pull request. */
async function bringLabels({ reader, gateway }: PullRequestParts, place: Place, pull: Pull, labels: readonly string[]): Promise<void> {
  const standing = new Set(pull.labels.map(({ name }) => name.toLowerCase()));
  const missing = labels.filter((label) => !standing.has(label.toLowerCase()));
  if (missing.length === 0) return;
  if (missing.includes(LABEL.name) && !(await hasLabel(reader, place, LABEL.name))) await gateway.perform(createLabel(place, LABEL));
  await gateway.perform(addLabels(place, pull.number, missing));
}
