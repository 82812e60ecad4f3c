/** §8.3 waits for a person or, for what may merge alone, for the clock. */

import type { Baseline } from '../core/artifacts/baseline.js';
import type { BootstrapRecord } from '../core/artifacts/bootstrap-record.js';
import { decideApproval } from '../core/decide/approval.js';
import { decideProposal } from '../core/decide/proposal.js';
import { approvalsOf } from '../core/merge-gate/approvals.js';
import type { PullRequestRecord } from '../core/merge-gate/conditions/scene.js';
import type { PullRequestSnapshot } from '../core/merge-gate/snapshot.js';
import type { GateDecision } from '../core/merge-gate/verdict.js';
import { ESCALATE_AFTER_DAYS, MS_PER_DAY, MS_PER_HOUR } from '../core/numbers.js';
import { happened, type Outcome, waits } from '../core/outcome.js';
import { judgedDigest } from '../core/signing/judged.js';
import { later } from '../core/time.js';
import type { Ports, ProposalView } from '../ports.js';
import { type Bootstrap, loadBaseline, repositoryKey } from './bootstrap.js';
import { judge, schemaOf } from './judge.js';

export async function awaitApproval(bootstrap: Bootstrap, ports: Ports): Promise<Outcome> {
  const { record } = bootstrap;
  const request = record.pull_request;
  if (!request) throw new Error(`${record.dataset_urn} waits for approval of nothing`);

  const view = await ports.pullRequests(repositoryKey(record)).look(request.branch, request.number, request.base_sha);

  if (view?.how === 'local') return locally(bootstrap, request, view, ports);
  if (!view) return happened('declined', record, 'the pull request is gone');
  return onForge(bootstrap, request, view, ports);
}

/** A branch on a laptop has nothing to be read but its commits. */
async function locally(
  bootstrap: Bootstrap,
  request: PullRequestRecord,
  { head, changes }: ProposalView & { how: 'local' },
  ports: Pick<Ports, 'objects' | 'lake' | 'clock'>,
): Promise<Outcome> {
  const { record, fleet } = bootstrap;
  const baseline = await loadBaseline(ports.objects, record);
  const { merge } = decideProposal({ tier: record.tier, model: record.enforcement_model, baseline }, fleet.settings);
  const judged = judgedDigest(changes);
  const approval = decideApproval({
    merge: merge.value,
    openedAt: request.content_changed_at,
    now: ports.clock.now(),
    branchExists: head !== undefined,
    headIsOurs: head !== undefined && request.written.includes(head),
    judgedDigest: judged,
    approvals: request.approvals,
  });
  if (await isAnotherSchema(bootstrap, baseline, ports))
    return happened('schema-changed', record, 'the columns are not those that were profiled');
  if (approval.value.kind === 'wait') return waits(approval.value.until, record, approval.because);
  return happened(approval.value.kind, { ...record, pull_request: { ...request, approved_digest: judged } }, approval.because);
}

/** §10.1 also data that came after a profile without any: a contract that checks nothing is not put in force over it. */
async function isAnotherSchema(bootstrap: Bootstrap, baseline: Baseline, ports: Pick<Ports, 'lake'>): Promise<boolean> {
  const schema = await schemaOf(bootstrap, baseline.schema?.canonical_fingerprint, ports);
  return schema.ok && schema.value.now !== undefined && schema.value.now !== schema.value.profiled;
}

async function onForge(
  bootstrap: Bootstrap,
  request: PullRequestRecord,
  { snapshot, app }: ProposalView & { how: 'forge' },
  ports: Ports,
): Promise<Outcome> {
  const { pullRequest, changes } = snapshot;
  const { record } = bootstrap;
  if (pullRequest.state === 'closed') return happened('declined', record, closedWords(snapshot));
  const judged = changes.ok ? judgedDigest(contents(changes.value)) : undefined;
  if (pullRequest.state === 'merged') {
    // Into another branch than the one it was proposed to: nobody's rules have let it into force.
    if (pullRequest.baseRef !== request.base_branch)
      return happened('declined', record, `it was merged into ${pullRequest.baseRef}, not ${request.base_branch}`);
    const approved = { ...request, merged_by: 'person' as const, ...(judged ? { approved_digest: judged } : {}) };
    return happened('approved', { ...record, pull_request: approved }, `${pullRequest.mergedBy?.login ?? 'somebody'} merged it`);
  }
  const heard = { ...record, pull_request: { ...request, approvals: [...approvalsOf(snapshot, request)] } };
  const { decision, record: shown } = await judge({ ...bootstrap, record: heard }, { snapshot, app, phase: 'sign' }, ports);
  return outcomeOf(decision, shown, { judged, now: ports.clock.now() });
}

function outcomeOf(
  decision: GateDecision,
  record: BootstrapRecord,
  { judged, now }: { readonly judged: string | undefined; readonly now: string },
): Outcome {
  const request = record.pull_request;
  if (!request) throw new Error(`${record.dataset_urn} has no pull request`);
  switch (decision.kind) {
    case 'go': {
      const merged_by = request.approvals.some((approval) => approval.judged_digest === judged) ? 'approval' : 'clock';
      const approved = { ...request, merged_by, ...(judged ? { approved_digest: judged } : {}) } as const;
      return happened('approved', { ...record, pull_request: approved }, decision.because);
    }
    case 'wait': {
      const age = Date.parse(now) - Date.parse(request.content_changed_at);
      if (age >= ESCALATE_AFTER_DAYS * MS_PER_DAY)
        return happened('expired', record, `nobody decided within ${ESCALATE_AFTER_DAYS} days: ${decision.because}`);
      return waits(decision.until, record, decision.because);
    }
    case 'restore-words': {
      // Once an hour at most: a bot that writes into every description would answer each of our edits with one of its own.
      const next = request.words_restored_at && later(request.words_restored_at, MS_PER_HOUR);
      if (next && Date.parse(next) > Date.parse(now)) return waits(next, record, decision.because);
      return happened('outdated', { ...record, pull_request: { ...request, words_restored_at: now } }, decision.because);
    }
    case 'rebuild':
    case 'inputs-changed':
      return happened('outdated', record, decision.because);
    case 'schema-changed':
      return happened('schema-changed', record, decision.because);
  }
}

/** What could not be read counts as empty here; that it could not be read blocks in the gate. */
export function contents(changes: readonly { readonly path: string; readonly content?: string }[]) {
  return changes.map(({ path, content = '' }) => ({ path, content }));
}

function closedWords({ pullRequest }: PullRequestSnapshot): string {
  return `${pullRequest.closedBy?.login ?? 'somebody'} closed #${pullRequest.number} without merging it, which declines the change`;
}
