/** §8.3 merges exactly the head that was judged, once everything still holds on a fresh look; then what is merged is in force. */

import type { BootstrapRecord } from '../core/artifacts/bootstrap-record.js';
import { mergesItself } from '../core/decide/merge.js';
import { OBJECTION_CONDITIONS } from '../core/merge-gate/conditions/objections.js';
import type { PullRequestRecord } from '../core/merge-gate/conditions/scene.js';
import { isSettledByRebuild } from '../core/merge-gate/decide.js';
import { CONDITIONS } from '../core/merge-gate/evaluate.js';
import { LOOK_AGAIN_MS, MERGE_LEASE_MS, MS_PER_DAY, SNAPSHOT_MAX_AGE_MS } from '../core/numbers.js';
import { happened, type Outcome, waits } from '../core/outcome.js';
import { ProblemError } from '../core/problem.js';
import { GATE_CHECK } from '../core/pull-request.js';
import { later } from '../core/time.js';
import type { Landing, Ports, ProposalView, PullRequests } from '../ports.js';
import { accepted, escalate, lookedBack, merged, requestOf } from './after-merge.js';
import { type Bootstrap, note, repositoryKey } from './bootstrap.js';
import { judge } from './judge.js';

export async function merge(bootstrap: Bootstrap, ports: Ports): Promise<Outcome> {
  const { record } = bootstrap;
  const request = record.pull_request;
  if (!request) throw new Error(`${record.dataset_urn} has nothing to merge`);
  const pulls = ports.pullRequests(repositoryKey(record));
  const view = await pulls.look(request.branch, request.number, request.base_sha);

  if (!view) return happened('declined', record, 'the pull request is gone');
  return view.how === 'local' ? locally(bootstrap, { request, view, pulls }, ports) : onForge(bootstrap, { request, view, pulls }, ports);
}

type Local = { readonly request: PullRequestRecord; readonly view: ProposalView & { how: 'local' }; readonly pulls: PullRequests };
type OnForge = { readonly request: PullRequestRecord; readonly view: ProposalView & { how: 'forge' }; readonly pulls: PullRequests };

async function locally(bootstrap: Bootstrap, { request, view, pulls }: Local, ports: Ports): Promise<Outcome> {
  const { record } = bootstrap;
  if (view.head !== request.head) return happened('head-moved', record, 'the branch moved after it was signed');
  if (view.merged) return accepted(bootstrap, view.merged, ports);
  return landed(
    bootstrap,
    await pulls.merge({ branch: request.branch, number: undefined, baseSha: request.base_sha }, request.head, words(bootstrap, ports)),
    ports,
  );
}

async function onForge(bootstrap: Bootstrap, { request, view, pulls }: OnForge, ports: Ports): Promise<Outcome> {
  const { record } = bootstrap;
  const { snapshot } = view;
  const { pullRequest } = snapshot;
  if (pullRequest.state === 'closed') return happened('declined', record, `${pullRequest.closedBy?.login ?? 'somebody'} closed it`);
  if (pullRequest.state === 'merged') return merged(bootstrap, snapshot, ports);
  if (pullRequest.head !== request.head) return happened('head-moved', record, 'the branch moved after it was signed');

  const judged = await judge(bootstrap, { snapshot, app: view.app, phase: 'merge' }, ports);
  const { decision, verdicts } = judged;
  if (decision.kind === 'schema-changed') return happened('schema-changed', judged.record, decision.because);
  if (decision.kind !== 'go' && decision.kind !== 'wait') return happened('outdated', judged.record, decision.because);
  const queued = pullRequest.inMergeQueue;
  const blocked = verdicts.some(({ id, state }) => state === 'block' && !isAfterSigning(id) && !(queued && isSettledByRebuild(id)));
  const unread = verdicts.some(({ id, state }) => state === 'unknown' && isObjection(id));
  if (decision.kind === 'wait') {
    const kept = queued && (blocked || unread) ? await outOfQueue(judged.record, { because: decision.because, pulls }, ports) : undefined;
    if (kept) return kept;
    return blocked ? happened('held', judged.record, decision.because) : waits(decision.until, judged.record, decision.because);
  }
  if (!mergesItself(judged.merge)) {
    const because = 'everything holds and the policy is signed: whoever may merge it presses the button';
    return waits(later(ports.clock.now(), MS_PER_DAY), judged.record, because);
  }
  // Our own check came last: only what the forge says with it in place counts.
  if (pullRequest.mergeState === 'BLOCKED' && !(snapshot.rules.ok && snapshot.rules.value.mergeQueue)) {
    const because = `${GATE_CHECK} is shown as passed: the forge is asked again before the merge`;
    return waits(later(ports.clock.now(), SNAPSHOT_MAX_AGE_MS), judged.record, because);
  }
  return press({ ...bootstrap, record: judged.record }, { request, view, pulls }, ports);
}

type Taken = { readonly because: string; readonly pulls: PullRequests };

/**
 * What stands in the merge queue merges without being judged again: what we put there is taken out before anything else, also
 * while it cannot be read whether somebody objects. What there is to wait for when that did not work; `undefined` when it is out.
 */
async function outOfQueue(record: BootstrapRecord, { because, pulls }: Taken, ports: Pick<Ports, 'clock'>): Promise<Outcome | undefined> {
  const { branch, number, head, merge_intent } = requestOf(record);
  if (merge_intent?.head !== head) return undefined;
  const now = ports.clock.now();
  const left = await pulls.leaveQueue(branch, number);
  if (left.kind === 'merged') return waits(now, record, `${because}, and the merge queue was faster`);
  if (left.kind === 'refused') return waits(later(now, LOOK_AGAIN_MS), record, `${because}, and the merge queue keeps it: ${left.because}`);
  return undefined;
}

function isObjection(id: string): boolean {
  return OBJECTION_CONDITIONS.some((condition) => condition.id === id);
}

/** What is asked only of a signed head cannot be mended by approving and signing it again. */
function isAfterSigning(id: string): boolean {
  return CONDITIONS.some((condition) => condition.id === id && condition.afterSigning === true);
}

/**
 * Everything holds. The intention is noted under the record's revision: whoever writes a hold meanwhile is either seen
 * here or finds the merge done. The forge itself pins the head.
 */
async function press(bootstrap: Bootstrap, { request, pulls, view }: OnForge, ports: Ports): Promise<Outcome> {
  const { record } = bootstrap;
  const now = ports.clock.now();
  const lane = `merge ${record.repository_id}/${request.base_branch ?? ''}`;
  const lease = await ports.leases.take(lane, record.bootstrap_id, now, MERGE_LEASE_MS);
  if (!lease) return waits(later(now, MERGE_LEASE_MS), record, 'another merge into the same branch is under way');
  try {
    if (Date.parse(now) - Date.parse(view.snapshot.at) > SNAPSHOT_MAX_AGE_MS)
      return waits(now, record, 'what was seen is too old to merge on: it is looked at again');
    const meant = { ...record, pull_request: { ...requestOf(record), merge_intent: { head: request.head, at: now } } };
    const noted = await note(ports.records, record, meant, { at: now, intention: 'merge planned' });
    // Tokens grow with every taking: the next one after ours says that nobody had the lease in between.
    const still = await ports.leases.take(lane, record.bootstrap_id, ports.clock.now(), MERGE_LEASE_MS);
    if (still?.token !== lease.token + 1) return waits(later(now, MERGE_LEASE_MS), noted, 'another merge took the lease over meanwhile');
    const onto = request.base_branch === undefined ? {} : { baseBranch: request.base_branch };
    const where = { branch: request.branch, number: request.number, baseSha: request.base_sha, ...onto };
    const landing = await pulls.merge(where, request.head, words({ ...bootstrap, record: noted }, ports));
    return landing.kind === 'landed'
      ? await lookedBack({ ...bootstrap, record: noted }, landing.sha, ports)
      : await landed({ ...bootstrap, record: noted }, landing, ports);
  } finally {
    await ports.leases.release(lane, record.bootstrap_id);
  }
}

async function landed(bootstrap: Bootstrap, landing: Landing, ports: Ports): Promise<Outcome> {
  const { record } = bootstrap;
  const again = later(ports.clock.now(), LOOK_AGAIN_MS);
  switch (landing.kind) {
    case 'landed':
      return accepted(bootstrap, landing.sha, ports);
    case 'head-moved':
      return happened('head-moved', record, 'the branch moved while it was merged');
    case 'queued':
      return waits(again, record, 'it stands in the merge queue');
    case 'refused':
      return waits(again, record, landing.because);
    case 'stopped':
      if (landing.isMerged) return escalate(bootstrap, { because: landing.because }, ports);
      throw new ProblemError({
        kind: 'usage',
        what: `${record.dataset_urn} cannot be merged: ${landing.because}.`,
        remedy: 'Mend that, then `sf bootstrap retry`.',
      });
  }
}

/** Our own words: what others wrote into title and body does not become the history. */
function words({ record, fleet }: Bootstrap, ports: Pick<Ports, 'clock'>) {
  const by = record.pull_request?.approvals.map((approval) => approval.by) ?? [];
  const approved = by.length > 0 ? `Approved by ${by.join(', ')}.` : 'Approved by the clock: nobody objected.';
  const { method } = fleet.settings.merge;
  const title = `Put the registration and policy of ${record.dataset_urn} in force`;
  return {
    title,
    message: `${approved}\nUndo: git revert ${method === 'merge' ? '-m 1 ' : ''}<this commit>\n`,
    method,
    at: ports.clock.now(),
  };
}
