/** §8.3 waits for a person or, for what may merge alone, for the clock. */
import { decideApproval } from '../core/decide/approval.js';
import { decideProposal } from '../core/decide/proposal.js';
import { happened, type Outcome, waits } from '../core/outcome.js';
import { judgedDigest } from '../core/signing/judged.js';
import type { Ports } from '../ports.js';
import { type Bootstrap, loadBaseline } from './bootstrap.js';

export async function awaitApproval(bootstrap: Bootstrap, ports: Pick<Ports, 'forge' | 'objects' | 'clock'>): Promise<Outcome> {
  const { record, registration, fleet } = bootstrap;
  const request = record.pull_request;
  if (!request) throw new Error(`${record.dataset_urn} waits for approval of nothing`);
  const forge = ports.forge(registration.facts.repository);
  const head = await forge.head(request.branch);
  // All that the branch changes is judged, wherever it lies: all of it would be merged.
  const files = head ? await forge.changed(registration.commit, head) : [];
  const baseline = await loadBaseline(ports.objects, record);

  const { merge } = decideProposal({ tier: record.tier, model: record.enforcement_model, baseline }, fleet.settings);
  const judged = judgedDigest(files);
  const approval = decideApproval({
    merge: merge.value,
    openedAt: request.opened_at,
    now: ports.clock.now(),
    branchExists: head !== undefined,
    headIsOurs: head !== undefined && request.written.includes(head),
    judgedDigest: judged,
    approvals: request.approvals,
  });

  if (approval.value.kind === 'wait') return waits(approval.value.until, record, approval.because);
  return happened(approval.value.kind, { ...record, pull_request: { ...request, approved_digest: judged } }, approval.because);
}
