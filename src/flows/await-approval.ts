/** §8.3 waits for a person or, for what may merge alone, for the clock. */

import { decideApproval } from '../core/decide/approval.js';
import { firstLevel } from '../core/decide/enrichment.js';
import { decideMerge } from '../core/decide/merge.js';
import { assessRisk } from '../core/decide/risk.js';
import { repositoryFolder } from '../core/document-keys.js';
import { happened, type Outcome, waits } from '../core/outcome.js';
import { judgedDigest } from '../core/signing/judged.js';
import type { Ports } from '../ports.js';
import type { Bootstrap } from './bootstrap.js';
import { mergeChoice } from './propose.js';

export async function awaitApproval(bootstrap: Bootstrap, ports: Pick<Ports, 'forge' | 'clock'>): Promise<Outcome> {
  const { record, registration, fleet } = bootstrap;
  const request = record.pull_request;
  if (!request) throw new Error(`${record.dataset_urn} waits for approval of nothing`);
  const forge = ports.forge(registration.facts.repository);
  const head = await forge.head(request.branch);
  const files = head ? await forge.readFolder(head, repositoryFolder(fleet.settings.folder, record.dataset_urn)) : [];

  const judged = judgedDigest(files);
  const approval = decideApproval({
    merge: mergeChoice(bootstrap),
    openedAt: request.opened_at,
    now: ports.clock.now(),
    branchExists: head !== undefined,
    headIsOurs: head !== undefined && request.written.includes(head),
    judgedDigest: judged,
    approvals: request.approvals,
  });

  const { value } = approval;
  if (value.kind === 'wait') return waits(value.until, record, approval.because);
  return happened(value.kind, { ...record, pull_request: { ...request, approved_digest: judged } }, approval.because);
}
