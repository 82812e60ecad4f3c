/** Writes to a pull request. */
import * as z from 'zod';
import { understood } from './answers.js';
import type { Reader } from './client.js';
import type { Write } from './gateway.js';
import { BODY_OF_COMMIT } from './git-writes.js';
import { type Place, routed } from './place.js';
import { findPull, Pull, readPull } from './pulls.js';
import { BODY_LENGTH, type Redaction } from './redact.js';

const TITLE_LENGTH = 256;
const DESCRIPTION_LENGTH = 100;
const WORDS = { title: TITLE_LENGTH, body: BODY_LENGTH };
const Labels = z.array(z.object({ name: z.string() })).transform((labels) => labels.map(({ name }) => name));

/** Title and description as they leave: what is sent, what is compared and what is digested are the same letters. */
export function wordsToSend(
  { title, body }: { readonly title: string; readonly body: string },
  redaction: Redaction,
): { readonly title: string; readonly body: string } {
  // A title is one line; where it was cut, too.
  return { title: redaction.clean(title, WORDS.title).replace(/\s+/g, ' ').trim(), body: redaction.clean(body, WORDS.body) };
}

export function openPullRequest(
  place: Place,
  words: { readonly title: string; readonly body: string; readonly head: string; readonly base: string },
  botId: number,
): Write<Pull> {
  return {
    operation: 'open-pull-request',
    place,
    cost: 1,
    repeat: 'pinned',
    call: { route: 'POST /repos/{owner}/{repo}/pulls', params: { ...routed(place), ...words } },
    texts: WORDS,
    answer: Pull,
    landed: (reader) => findPull(reader, place, words.head, { botId, state: 'open' }),
    pretended: {
      ...words,
      number: 0,
      node_id: '',
      html_url: '',
      state: 'open',
      user: { id: botId, login: '' },
      head: { ref: words.head, sha: '', repo: { id: place.id } },
      base: { ref: words.base },
      labels: [],
    },
  };
}

export function updatePullRequest(place: Place, number: number, words: { readonly title?: string; readonly body?: string }): Write<true> {
  return {
    operation: 'update-pull-request',
    place,
    cost: 1,
    repeat: 'same',
    call: { route: 'PATCH /repos/{owner}/{repo}/pulls/{pull_number}', params: { ...routed(place), pull_number: number, ...words } },
    texts: WORDS,
    answer: z.unknown().transform(() => true as const),
    landed: async () => undefined,
    pretended: true,
  };
}

export function closePullRequest(place: Place, number: number): Write<true> {
  const params = { ...routed(place), pull_number: number, state: 'closed' };
  return {
    operation: 'close-pull-request',
    place,
    cost: 1,
    urgent: true,
    repeat: 'same',
    call: { route: 'PATCH /repos/{owner}/{repo}/pulls/{pull_number}', params },
    answer: z.unknown().transform(() => true as const),
    landed: async (reader) => ((await readPull(reader, place, number))?.state === 'closed' ? true : undefined),
    pretended: true,
  };
}

export function addLabels(place: Place, number: number, labels: readonly string[]): Write<readonly string[]> {
  return {
    operation: 'add-labels',
    place,
    cost: 1,
    repeat: 'same',
    call: { route: 'POST /repos/{owner}/{repo}/issues/{issue_number}/labels', params: { ...routed(place), issue_number: number, labels } },
    answer: Labels,
    landed: async (reader) => {
      const standing = await labelsOf(reader, place, number);
      return labels.every((label) => standing.includes(label)) ? standing : undefined;
    },
    pretended: labels,
  };
}

export function removeLabel(place: Place, number: number, label: string): Write<readonly string[]> {
  const params = { ...routed(place), issue_number: number, name: label };
  return {
    operation: 'remove-label',
    place,
    cost: 1,
    repeat: 'same',
    call: { route: 'DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}', params },
    answer: Labels,
    landed: async (reader) => {
      const standing = await labelsOf(reader, place, number);
      return standing.includes(label) ? undefined : standing;
    },
    pretended: [],
  };
}

async function labelsOf(reader: Reader, place: Place, number: number): Promise<readonly string[]> {
  return (await readPull(reader, place, number))?.labels.map(({ name }) => name) ?? [];
}

export function createLabel(
  place: Place,
  label: { readonly name: string; readonly color: string; readonly description: string },
): Write<true> {
  return {
    operation: 'create-label',
    place,
    cost: 1,
    repeat: 'pinned',
    call: { route: 'POST /repos/{owner}/{repo}/labels', params: { ...routed(place), ...label } },
    texts: { description: DESCRIPTION_LENGTH },
    answer: z.unknown().transform(() => true as const),
    landed: async (reader) => ((await hasLabel(reader, place, label.name)) ? true : undefined),
    pretended: true,
  };
}

export async function hasLabel(reader: Reader, place: Place, name: string): Promise<boolean> {
  const params = { ...routed(place), name };
  return (
    (await reader.find({ as: place.installation, route: 'GET /repos/{owner}/{repo}/labels/{name}', params }, z.unknown())) !== undefined
  );
}

/** Logins of people and slugs of the owner's teams. GitHub takes all of them or none. */
export function requestReviewers(
  place: Place,
  number: number,
  who: { readonly reviewers: readonly string[]; readonly team_reviewers: readonly string[] },
): Write<true> {
  const params = { ...routed(place), pull_number: number, ...who };
  return {
    operation: 'request-reviewers',
    place,
    cost: 1,
    repeat: 'same',
    call: { route: 'POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers', params },
    answer: z.unknown().transform(() => true as const),
    landed: async (reader) => {
      const pull = await readPull(reader, place, number);
      const people = new Set(pull?.requested_reviewers?.map(({ login }) => login.toLowerCase()));
      const teams = new Set(pull?.requested_teams?.map(({ slug }) => slug));
      const isAll = who.reviewers.every((login) => people.has(login.toLowerCase())) && who.team_reviewers.every((slug) => teams.has(slug));
      return isAll ? true : undefined;
    },
    pretended: true,
  };
}

const Merged = z.object({ merged: z.boolean(), sha: z.string() }).transform(({ sha }) => sha);

/** Merges exactly `head`; never sent twice, for GitHub may have merged though it did not say so. */
export function mergePullRequest(
  place: Place,
  number: number,
  words: { readonly head: string; readonly method: string; readonly title: string; readonly message: string },
): Write<string> {
  const { head, method, title, message } = words;
  return {
    operation: 'merge',
    place,
    cost: 1,
    urgent: true,
    repeat: 'once',
    call: {
      route: 'PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge',
      params: { ...routed(place), pull_number: number, sha: head, merge_method: method, commit_title: title, commit_message: message },
    },
    texts: { commit_title: TITLE_LENGTH, commit_message: BODY_OF_COMMIT },
    answer: Merged,
    landed: async (reader) => {
      const pull = await readPull(reader, place, number);
      const isMerged = typeof pull?.merged_at === 'string' && pull.head.sha === head;
      return isMerged ? (pull.merge_commit_sha ?? undefined) : undefined;
    },
    pretended: head,
  };
}

const ENQUEUE = `mutation ($pull: ID!, $head: GitObjectID!) {
  enqueuePullRequest(input: { pullRequestId: $pull, expectedHeadOid: $head }) { mergeQueueEntry { id } }
}`;
export function enqueuePullRequest(place: Place, nodeId: string, head: string): Write<true> {
  return {
    operation: 'enqueue',
    place,
    cost: 1,
    urgent: true,
    repeat: 'pinned',
    call: { mutation: ENQUEUE, variables: { pull: nodeId, head } },
    answer: z.unknown().transform(() => true as const),
    landed: async (reader) => ((await isInMergeQueue(reader, place, nodeId)) ? true : undefined),
    pretended: true,
  };
}

const DEQUEUE = 'mutation ($pull: ID!) { dequeuePullRequest(input: { id: $pull }) { mergeQueueEntry { id } } }';

/** An objection must not wait for our hourly budget: it costs nothing of it. */
export function dequeuePullRequest(place: Place, nodeId: string): Write<true> {
  return {
    operation: 'dequeue',
    place,
    cost: 0,
    repeat: 'same',
    call: { mutation: DEQUEUE, variables: { pull: nodeId } },
    answer: z.unknown().transform(() => true as const),
    landed: async (reader) => ((await isInMergeQueue(reader, place, nodeId)) ? undefined : true),
    pretended: true,
  };
}

const QUEUED = 'query ($pull: ID!) { node(id: $pull) { ... on PullRequest { isInMergeQueue } } }';
const Queued = z.object({ node: z.object({ isInMergeQueue: z.boolean() }) });

export async function isInMergeQueue(reader: Reader, place: Place, nodeId: string): Promise<boolean> {
  const { data } = await reader.query(place.installation, QUEUED, { pull: nodeId });
  return understood({ route: `the merge queue of ${place.name}` }, Queued, data).node.isInMergeQueue;
}
