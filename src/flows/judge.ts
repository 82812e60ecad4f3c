/** §8.3 reads a proposal afresh, and everything the merge gate asks of our own store and of the data, and lets the gate decide. */
import { gateReport } from '../../generators/gate-report.js';
import type { BootstrapRecord } from '../core/artifacts/bootstrap-record.js';
import type { MergeStrategy } from '../core/decide/merge.js';
import { decideProposal } from '../core/decide/proposal.js';
import { DOCUMENTS, repositoryFolder, signedBundleKey } from '../core/document-keys.js';
import { canonicalFingerprint } from '../core/fingerprint.js';
import { toJson } from '../core/json.js';
import { WITHDRAWN_STATES } from '../core/lifecycle.js';
import { decideGate } from '../core/merge-gate/decide.js';
import { evaluateGate } from '../core/merge-gate/evaluate.js';
import type { GateLedger } from '../core/merge-gate/ledger.js';
import { mergesLastHour } from '../core/merge-gate/our-merges.js';
import { standingSetbacks } from '../core/merge-gate/setbacks.js';
import type { PullRequestSnapshot, Reading } from '../core/merge-gate/snapshot.js';
import type { GateDecision, GatePhase, Verdict } from '../core/merge-gate/verdict.js';
import { ProblemError } from '../core/problem.js';
import { type FileEdit, GATE_CHECK } from '../core/pull-request.js';
import { materialDigest } from '../core/registration-material.js';
import { settingsAt, switchedOff } from '../core/repository-settings.js';
import { policyDigest, sha256 } from '../core/signing/digest.js';
import { checkWith, KeySet } from '../core/signing/keys.js';
import { readStrictYaml } from '../core/signing/strict-yaml.js';
import type { Ports } from '../ports.js';
import { type Bootstrap, loadBaseline, repositoryKey } from './bootstrap.js';
import { hasRows } from './certify.js';

export type Judged = {
  readonly verdicts: readonly Verdict[];
  readonly decision: GateDecision;
  /** Who merges it. */
  readonly merge: MergeStrategy;
  /** The record with the check run that shows this. */
  readonly record: BootstrapRecord;
};
type Reads = Pick<Ports, 'records' | 'objects' | 'lake' | 'signer' | 'installations' | 'pullRequests' | 'clock'>;

/** Decides over this snapshot, shows the gate on its head, and returns the record with what was shown. */
export async function judge(
  bootstrap: Bootstrap,
  { snapshot, app, phase }: { readonly snapshot: PullRequestSnapshot; readonly app: GateLedger['app']; readonly phase: GatePhase },
  ports: Reads,
): Promise<Judged> {
  const ledger = await readLedger(bootstrap, snapshot, app, ports);

  const verdicts = evaluateGate(snapshot, ledger);
  const decision = decideGate(verdicts, phase, ledger.now);

  // Where the forge itself waits for our check, it is shown as passed before the merge: a hold turns it red again.
  const said = phase === 'merge' && isOursAlone(snapshot, verdicts) ? { kind: 'go' as const, because: decision.because } : decision;
  const record = await show(bootstrap, { snapshot, verdicts, decision: said, ledger, phase }, ports);
  return { verdicts, decision, merge: ledger.merge, record };
}

/** Nothing is open but the forge's own refusal, and our check is among those that it asks for. */
function isOursAlone({ rules, pullRequest }: PullRequestSnapshot, verdicts: readonly Verdict[]): boolean {
  const open = verdicts.filter(({ state }) => state !== 'pass');
  const isAsked = rules.ok && rules.value.requiredChecks.some(({ name }) => name === GATE_CHECK);
  return isAsked && pullRequest.mergeState === 'BLOCKED' && open.every(({ id, state }) => id === 'merge/state' && state === 'wait');
}

type Shown = {
  readonly snapshot: PullRequestSnapshot;
  readonly verdicts: readonly Verdict[];
  readonly decision: GateDecision;
  readonly ledger: GateLedger;
  readonly phase: GatePhase;
};

/** The check run of the head; the same content is not sent twice. A head that somebody else made is shown the gate too. */
async function show({ record }: Bootstrap, shown: Shown, ports: Pick<Ports, 'pullRequests'>): Promise<BootstrapRecord> {
  const request = record.pull_request;
  const { snapshot, ledger } = shown;
  if (!request || snapshot.pullRequest.state !== 'open' || !isWritable(snapshot)) return record;
  const context = { merge: ledger.merge, phase: shown.phase, now: ledger.now, stop: '/autopilot hold', ...bundleOf(snapshot, ledger) };
  const report = gateReport(shown.verdicts, shown.decision, context);
  // The text says when it was looked at: that alone is no news.
  const digest = sha256(JSON.stringify({ ...report, text: '' }));
  const { head } = snapshot.pullRequest;
  if (request.gate?.head === head && request.gate.digest === digest) return record;
  const standing = request.gate?.head === head ? request.gate.check_run : undefined;
  const check_run = await ports.pullRequests(repositoryKey(record)).show(head, report, standing);
  return check_run === undefined ? record : { ...record, pull_request: { ...request, gate: { head, check_run, digest } } };
}

/** What is archived takes nothing from us, and needs nothing shown. */
function isWritable({ repository }: PullRequestSnapshot): boolean {
  return !repository.archived && !repository.disabled;
}

function bundleOf({ changes }: PullRequestSnapshot, { folder }: GateLedger): { readonly bundle?: FileEdit } {
  const path = `${folder}/${DOCUMENTS.bundle}`;
  const file = changes.ok ? changes.value.find((change) => change.path === path) : undefined;
  return file?.content === undefined ? {} : { bundle: { path, content: file.content } };
}

/** What the gate asks of our own store and of the data. */
export async function readLedger(
  { record, registration, fleet }: Bootstrap,
  snapshot: PullRequestSnapshot,
  app: GateLedger['app'],
  ports: Reads,
): Promise<GateLedger> {
  const now = ports.clock.now();
  const baseline = await loadBaseline(ports.objects, record);
  const all = await ports.records.all();
  const settings = settingsAt(fleet.settings, snapshot.config);
  const effective = settings.ok ? settings.value : fleet.settings;
  const off = switchedOff(fleet.settings, effective);
  const { level, risk, merge } = decideProposal({ tier: record.tier, model: record.enforcement_model, baseline }, effective);
  const stored = await storedBundle(record, snapshot, repositoryFolder(effective.folder, record.dataset_urn), ports.objects);
  if (record.repository_id === undefined) throw new Error(`${record.dataset_urn} has no repository on the forge`);
  return {
    now,
    record,
    repositoryId: record.repository_id,
    merge: merge.value,
    risk: risk.value,
    level: level.value,
    settings: effective,
    ...(settings.ok ? {} : { settingsProblem: settings.because }),
    folder: repositoryFolder(effective.folder, record.dataset_urn),
    app,
    switches: off === undefined ? [] : [off],
    sameUrn: sameUrn(all, record),
    ownerKnown: registration.facts.owners.source !== 'none',
    mergesLastHour: mergesLastHour(all, record, now),
    setbacks: setbacksOf(all, now),
    inputs: await inputsOf({ record, registration, fleet }, snapshot, ports),
    schema: await schemaOf({ record, registration, fleet }, baseline.schema?.canonical_fingerprint, ports),
    checkSignature: checkWith(KeySet.parse(await ports.signer.keys())),
    ...(stored === undefined ? {} : { storedBundle: stored }),
  };
}

/** Where the signature went into the config store: what was signed for exactly the policy that the head holds. */
async function storedBundle(
  { dataset_urn, pull_request }: BootstrapRecord,
  { changes }: PullRequestSnapshot,
  folder: string,
  objects: Ports['objects'],
): Promise<string | undefined> {
  if (pull_request?.signed_in !== 'store' || !changes.ok) return undefined;
  const bundle = changes.value.find(({ path }) => path === `${folder}/${DOCUMENTS.bundle}`);
  const read = readStrictYaml(bundle?.content ?? '', DOCUMENTS.bundle);
  return read.ok ? objects.get(signedBundleKey(dataset_urn, policyDigest(toJson(read.value)))) : undefined;
}

function sameUrn(all: readonly BootstrapRecord[], record: BootstrapRecord): GateLedger['sameUrn'] {
  const live = all.filter(
    ({ dataset_urn, current_step }) => dataset_urn === record.dataset_urn && !WITHDRAWN_STATES.includes(current_step),
  );
  return { bootstraps: live.length, pullRequests: live.filter(({ pull_request }) => pull_request?.number !== undefined).length };
}

function setbacksOf(all: readonly BootstrapRecord[], now: string): GateLedger['setbacks'] {
  const every = all.flatMap(({ dataset_urn: urn, repository, pull_request, setbacks = [] }) =>
    setbacks.map((setback) => ({
      ...setback,
      urn,
      ...(repository === undefined ? {} : { repository }),
      ...(pull_request?.merged_as === setback.merge && pull_request.number !== undefined ? { number: pull_request.number } : {}),
    })),
  );
  return standingSetbacks(every, now);
}

/** What a scan of the base branch as it stands now gave is what the registration says: a scan that finds more changes it. */
async function inputsOf(
  { record: { repository_id, pull_request }, registration }: Bootstrap,
  snapshot: PullRequestSnapshot,
  { installations }: Pick<Ports, 'installations'>,
): Promise<Reading<'same' | 'changed'>> {
  if (pull_request?.inputs_digest !== materialDigest(registration)) return { ok: true, value: 'changed' };
  const row = repository_id === undefined ? undefined : await installations.repository(repository_id);
  const { head, tree } = snapshot.base;
  const followed = row?.followed;
  if (followed && (followed.commit === head || followed.tree === tree)) return { ok: true, value: 'same' };
  const scanned = followed ? `the newest scan was of ${followed.commit.slice(0, 12)}` : 'it was not scanned yet';
  return { ok: false, because: `${snapshot.pullRequest.baseRef} stands at ${head.slice(0, 12)}, and ${scanned}` };
}

/** §10.1 the columns as they are now; a place that cannot be read is unknown. */
export async function schemaOf(
  { registration }: Bootstrap,
  profiled: string | undefined,
  { lake }: Pick<Ports, 'lake'>,
): Promise<GateLedger['schema']> {
  const { storage } = registration.manifest;
  try {
    const listing = await lake.list(storage.gold, storage.format, registration.facts.partitionBy);
    // A head without a row has no columns to speak of: its types are guesses.
    const now = hasRows(listing) ? canonicalFingerprint(await lake.columns(listing), listing.partitionBy) : undefined;
    return { ok: true, value: { ...(now ? { now } : {}), ...(profiled ? { profiled } : {}) } };
  } catch (error) {
    if (error instanceof ProblemError) return { ok: false, because: error.problem.what };
    throw error;
  }
}
