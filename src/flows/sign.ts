/** §6.2 the gateway signs what was approved: the two signature fields change, nothing else. */

import type { BootstrapRecord } from '../core/artifacts/bootstrap-record.js';
import { repositoryFolder, signedBundleKey } from '../core/document-keys.js';
import type { PullRequestRecord } from '../core/merge-gate/conditions/scene.js';
import { LOOK_AGAIN_MS } from '../core/numbers.js';
import { happened, type Outcome, waits } from '../core/outcome.js';
import { ProblemError } from '../core/problem.js';
import type { ChangedFile, FileEdit } from '../core/pull-request.js';
import { policyDigest } from '../core/signing/digest.js';
import { judgedDigest } from '../core/signing/judged.js';
import { attachSignature } from '../core/signing/signature-lines.js';
import { printStatement } from '../core/signing/statement.js';
import { later } from '../core/time.js';
import type { Ports, ProposalView } from '../ports.js';
import { type Bootstrap, note, repositoryKey } from './bootstrap.js';
import { readJudged } from './judged-documents.js';

type Needs = Pick<Ports, 'objects' | 'records' | 'forge' | 'pullRequests' | 'signer' | 'clock'>;

export async function sign(bootstrap: Bootstrap, ports: Needs): Promise<Outcome> {
  const { record } = bootstrap;
  const request = record.pull_request;
  if (!request) throw new Error(`${record.dataset_urn} has nothing to sign`);
  const view = await ports.pullRequests(repositoryKey(record)).look(request.branch, request.number, request.base_sha);
  if (view?.how === 'forge' && view.snapshot.pullRequest.state === 'closed')
    return happened('declined', record, 'it was closed without a merge');
  const unread = unreadOf(view, request);
  if (unread !== undefined) return waits(later(ports.clock.now(), LOOK_AGAIN_MS), record, unread);
  const standing = standingOf(view, request.base_branch);
  if (!standing || judgedDigest(standing.changes) !== request.approved_digest)
    return happened('head-moved', record, 'the branch holds something else than what was approved');
  const { head, changes } = standing;

  const signed = await signedFiles(bootstrap, changes, ports);

  const isSigned = signed.every((file) => changes.some(({ path, content }) => path === file.path && content === file.content));
  if (isSigned) return happened('signed', at(record, request, { head, signed_in: 'branch' }), 'the bundle on the branch is signed');
  if (standing.place === 'store') {
    const because = `the signed bundle goes into the config store: ${standing.because}`;
    return happened('signed', at(record, request, { head, signed_in: 'store' }), because);
  }
  return onBranch(bootstrap, { request, head, signed }, ports);
}

async function onBranch(
  { record }: Bootstrap,
  { request, head, signed }: { readonly request: PullRequestRecord; readonly head: string; readonly signed: readonly FileEdit[] },
  ports: Needs,
): Promise<Outcome> {
  const forge = ports.forge(repositoryKey(record));
  const now = ports.clock.now();
  const { sha, tree } = await forge.commit(head, signed, `Sign the policy of ${record.dataset_urn}\n`, now, { urgent: true });
  const written = [...new Set([...request.written, sha])];
  const next = at(record, request, { head: sha, tree, written, signed_in: 'branch' });
  const noted = await note(ports.records, record, next, { at: now, intention: 'signature planned' });
  const pointed = await forge.point(request.branch, sha, head);
  if (!pointed.done) return happened('head-moved', noted, 'somebody pushed while the policy was signed');
  return happened('signed', noted, 'the bundle on the branch is signed');
}

function at(record: BootstrapRecord, request: PullRequestRecord, change: Partial<PullRequestRecord>): BootstrapRecord {
  return { ...record, pull_request: { ...request, ...change } };
}

/** What has to be known and could not be read. Of a merged one the rules no longer count, and what we wrote ourselves did not move. */
function unreadOf(view: ProposalView | undefined, { written }: PullRequestRecord): string | undefined {
  if (view?.how !== 'forge') return undefined;
  const { pullRequest, rules, changes } = view.snapshot;
  if (pullRequest.state === 'open' && !rules.ok)
    return 'the rules of the base branch could not be read: whether a push takes approvals away decides where the signature goes';
  if (!changes.ok && written.includes(pullRequest.head)) return 'what the branch changes could not be read: what is signed is read first';
  return undefined;
}

type Standing = {
  readonly head: string;
  readonly changes: readonly ChangedFile[];
  readonly place: 'branch' | 'store';
  readonly because: string;
};

/** What is to be signed, and where the signature goes. Undefined: it is gone or could not be read whole. */
function standingOf(view: ProposalView | undefined, baseBranch: string | undefined): Standing | undefined {
  if (!view) return undefined;
  if (view.how === 'local')
    return view.head ? { head: view.head, changes: view.changes, place: 'branch', because: 'it is a branch on this machine' } : undefined;
  const { pullRequest, changes, rules } = view.snapshot;
  if (!changes.ok || changes.value.some(({ content }) => content === undefined)) return undefined;
  const files = changes.value.map(({ path, mode, content = '' }) => ({ path, mode, content }));
  const { head } = pullRequest;
  // Merged into another branch: no rules of ours let it into force.
  if (pullRequest.state === 'merged' && pullRequest.baseRef !== baseBranch) return undefined;
  if (pullRequest.state === 'merged') return { head, changes: files, place: 'store', because: 'somebody merged it before it was signed' };
  // We never bypass a rule: where a push takes approvals away, the branch is left as it was approved.
  const drops = !rules.ok || rules.value.dropsApprovals || rules.value.lastPushApproval;
  const needed = !rules.ok || rules.value.approvals > 0;
  return drops && needed
    ? { head, changes: files, place: 'store', because: 'a push to the branch would take its approvals away' }
    : { head, changes: files, place: 'branch', because: 'a push keeps its approvals' };
}

/** The bundle with its signature. One digest is signed once, however often the step runs. */
async function signedFiles(
  { record, registration, fleet }: Bootstrap,
  files: readonly ChangedFile[],
  ports: Pick<Ports, 'objects' | 'signer' | 'clock'>,
): Promise<readonly FileEdit[]> {
  const folder = repositoryFolder(fleet.settings.folder, record.dataset_urn);
  const { file, document, bundle, manifest } = readJudged(files, { urn: record.dataset_urn, tier: record.tier, folder });
  const digest = policyDigest(document);
  const key = signedBundleKey(record.dataset_urn, digest);
  const standing = await ports.objects.get(key);
  if (standing !== undefined) return [{ path: file.path, content: standing }];

  const jws = await ports.signer.sign(
    printStatement({
      type: 'sf-policy-statement/1',
      urn: record.dataset_urn,
      bootstrap_id: record.bootstrap_id,
      bundle_version: bundle.bundle_version ?? '1.0',
      repository_id: record.repository_id === undefined ? registration.facts.repository : String(record.repository_id),
      tier: manifest.tier,
      digest,
      iat: Math.floor(Date.parse(ports.clock.now()) / 1000),
    }),
  );
  const attached = attachSignature(file.content, jws, digest);
  if (!attached.ok) throw new ProblemError(attached.problem);
  await ports.objects.put(key, attached.text, { ifAbsent: true });
  return [{ path: file.path, content: (await ports.objects.get(key)) ?? attached.text }];
}
