/** A pull request for which everything holds, made by the real generators and signed, and the ways in which rows change it. */

import { planPullRequest } from '../../../generators/pull-request.js';
import { branchOf } from '../../../generators/pull-request-input.js';
import { pullRequestInput, SCENARIOS } from '../../../scripts/pull-request-scenarios.js';
import type { BootstrapRecord } from '../../../src/core/artifacts/bootstrap-record.js';
import { wordsDigest } from '../../../src/core/merge-gate/conditions/policy.js';
import type { GateLedger } from '../../../src/core/merge-gate/ledger.js';
import type {
  BranchRules,
  Person,
  PullRequestSnapshot,
  SnapshotCheck,
  SnapshotComment,
  SnapshotCommit,
  SnapshotEvent,
  SnapshotReview,
  SnapshotThread,
} from '../../../src/core/merge-gate/snapshot.js';
import type { FileEdit } from '../../../src/core/pull-request.js';
import { DEFAULT_SETTINGS } from '../../../src/core/settings.js';
import { judgedDigest } from '../../../src/core/signing/judged.js';
import { checkWith } from '../../../src/core/signing/keys.js';
import { HEADER, KEYS, signedWith } from '../../signing/signed-orders.js';

export type Gate = { readonly snapshot: PullRequestSnapshot; readonly ledger: GateLedger };
export type Change = (gate: Gate) => Gate;

export const OPENED = '2026-11-24T14:05:00Z';
export const DUE = '2026-11-26T14:05:00Z';
export const NOW = '2026-11-26T20:00:00Z';
export const REPOSITORY = 812;
export const APP = { id: 31, botId: 4100 } as const;

export const sha = (digit: string) => digit.repeat(40);
/** The draft, the commit that signed it, their tree, and where the base branch stands. */
export const DRAFT = sha('a');
export const HEAD = sha('b');
export const TREE = sha('c');
export const BASE = sha('d');

export const ok = <T>(value: T) => ({ ok: true, value }) as const;
export const unread = { ok: false, because: '403 Resource not accessible by integration' } as const;

/** A word that the forge may say one day: the types do not know it, and the gate must not take it for one it knows. */
export function ofNextYear<T>(word: string): T {
  return JSON.parse(JSON.stringify(word));
}

export function person(login: string, role: 'none' | 'read' | 'triage' | 'write' | 'admin', id = login.length * 1000): Person {
  return { id, login, isBot: false, role: ok(role) };
}
export const bot = (login: string): Person => ({ id: 77, login, isBot: true, role: ok('write') });
export const US: Person = { id: APP.botId, login: 'autopilot[bot]', isBot: true, role: ok('write') };

const scenario = SCENARIOS.find(({ name }) => name === 'tier-3-contract-lite');
if (!scenario) throw new Error('the scenario is gone');
const input = pullRequestInput(scenario);
export const PLAN = planPullRequest(input);
export const URN = PLAN.urn;
export const FOLDER = input.documents.policy.path.replace('/policy_bundle.yaml', '');
export const BUNDLE_PATH = input.documents.policy.path;
export const UNSIGNED_BUNDLE = input.documents.policy.content;
const { bootstrap_id: bootstrapId } = input.bundle;

/** The bundle with a good signature over a statement with these changes. */
export function signed(changes: Parameters<typeof signedWith>[0] = {}, text = UNSIGNED_BUNDLE, header = HEADER): string {
  const statement = { urn: URN, bootstrap_id: bootstrapId, repository_id: String(REPOSITORY), ...changes };
  return signedWith(statement, header, text);
}

const SIGNED_BUNDLE = signed();
const FILES = PLAN.files.map((file): FileEdit => (file.path === BUNDLE_PATH ? { path: file.path, content: SIGNED_BUNDLE } : file));

export const RULES: BranchRules = {
  requiredChecks: [{ name: 'ci / test', appId: 15368 }],
  upToDate: false,
  approvals: 0,
  codeOwnerApproval: false,
  dropsApprovals: false,
  lastPushApproval: false,
  conversations: false,
  signatures: false,
  linearHistory: false,
  mergeQueue: false,
  closedToUs: false,
  unmodelled: [],
  bypass: false,
};

const RECORD: BootstrapRecord = {
  dataset_urn: URN,
  bootstrap_id: bootstrapId,
  tier: 'TIER_3',
  current_step: 'POLICY_SIGNED',
  started_at: OPENED,
  steps: {
    registration: { status: 'COMPLETED' },
    profiling: { status: 'COMPLETED' },
    policy_config: { status: 'PENDING_APPROVAL' },
    certification_init: { status: 'NOT_STARTED' },
  },
  enforcement_model: 'post_write',
  runtime_detected: 'spark',
  repository: 'acme/data-pipelines',
  pull_request: {
    branch: branchOf(URN),
    head: HEAD,
    written: [DRAFT, HEAD],
    judged_digest: PLAN.judgedDigest,
    inputs_digest: 'sha256:inputs',
    opened_at: OPENED,
    approvals: [],
    number: 7,
    base_branch: 'main',
    base_sha: BASE,
    tree: TREE,
    words_digest: wordsDigest(PLAN.title, PLAN.body),
    content_changed_at: OPENED,
    notified: { at: OPENED, who: ['@acme/data-platform'] },
    signed_in: 'branch',
  },
};

const COMMITS: readonly SnapshotCommit[] = [
  { sha: DRAFT, tree: sha('e'), parents: [BASE], verified: true },
  { sha: HEAD, tree: TREE, parents: [DRAFT], verified: true },
];

const SNAPSHOT: PullRequestSnapshot = {
  at: NOW,
  errors: [],
  installation: ok({ suspended: false }),
  repository: {
    id: REPOSITORY,
    name: 'acme/data-pipelines',
    isPrivate: true,
    archived: false,
    disabled: false,
    locked: false,
    defaultBranch: 'main',
    methods: ['merge', 'squash'],
  },
  pullRequest: {
    number: 7,
    nodeId: 'PR_7',
    url: 'https://github.example/acme/data-pipelines/pull/7',
    state: 'open',
    draft: false,
    locked: false,
    title: PLAN.title,
    body: PLAN.body,
    author: { id: APP.botId, login: 'autopilot', isBot: true },
    head: HEAD,
    headRef: branchOf(URN),
    headRepositoryId: REPOSITORY,
    baseRef: 'main',
    openedAt: OPENED,
    mergeable: 'MERGEABLE',
    mergeState: 'CLEAN',
    inMergeQueue: false,
    labels: ['autopilot'],
  },
  base: { head: BASE, tree: sha('f') },
  headCommit: { sha: HEAD, tree: TREE, parents: [DRAFT], verified: true },
  commits: ok(COMMITS),
  changes: ok(FILES.map(({ path, content }, index) => ({ path, content, mode: '100644', sha: sha(String(index + 1)) }))),
  reviews: ok([]),
  threads: ok([]),
  comments: ok([]),
  timeline: ok([]),
  checks: ok([
    { name: 'ci / test', appId: 15368, ours: false, conclusion: 'success' },
    { name: 'autopilot/gate', appId: APP.id, ours: true },
  ]),
  rules: ok(RULES),
  config: ok(undefined),
};

/** Tier-3 and signed; 48 hours and more have passed. */
export function passing(): Gate {
  return {
    snapshot: SNAPSHOT,
    ledger: {
      now: NOW,
      record: RECORD,
      merge: { kind: 'auto', afterHours: 48 },
      risk: 'LOW',
      level: 'contract_lite',
      settings: DEFAULT_SETTINGS,
      repositoryId: REPOSITORY,
      folder: FOLDER,
      app: APP,
      switches: [],
      sameUrn: { bootstraps: 1, pullRequests: 1 },
      ownerKnown: true,
      mergesLastHour: { repository: 0, installation: 0, owner: 0 },
      setbacks: [],
      inputs: ok('same'),
      schema: ok({ now: fingerprint(), profiled: fingerprint() }),
      checkSignature: checkWith(KEYS),
    },
  };
}

function fingerprint(): string {
  return input.bundle.schema.baseline_fingerprint;
}

export const snapshot =
  (change: Partial<PullRequestSnapshot>): Change =>
  (gate) => ({ ...gate, snapshot: { ...gate.snapshot, ...change } });

export const ledger =
  (change: Partial<GateLedger>): Change =>
  (gate) => ({ ...gate, ledger: { ...gate.ledger, ...change } });

export const pull =
  (change: Partial<PullRequestSnapshot['pullRequest']>): Change =>
  (gate) =>
    snapshot({ pullRequest: { ...gate.snapshot.pullRequest, ...change } })(gate);

export const repository =
  (change: Partial<PullRequestSnapshot['repository']>): Change =>
  (gate) =>
    snapshot({ repository: { ...gate.snapshot.repository, ...change } })(gate);

export const rules = (change: Partial<BranchRules>): Change => snapshot({ rules: ok({ ...RULES, ...change }) });

export const record =
  (change: Partial<BootstrapRecord>): Change =>
  (gate) =>
    ledger({ record: { ...gate.ledger.record, ...change } })(gate);

export const noted =
  (change: Partial<NonNullable<BootstrapRecord['pull_request']>>): Change =>
  (gate) => {
    const { pull_request: noted } = gate.ledger.record;
    return noted ? record({ pull_request: { ...noted, ...change } })(gate) : gate;
  };

/** The record without one of the things it notes. */
export const forgotten =
  (...keys: readonly string[]): Change =>
  (gate) => {
    const { pull_request: noted } = gate.ledger.record;
    if (!noted) return gate;
    const { branch, head, tree, base_sha, written, judged_digest, inputs_digest, opened_at, content_changed_at, approvals, ...rest } =
      noted;
    const always = { branch, head, tree, base_sha, written, judged_digest, inputs_digest, opened_at, content_changed_at, approvals };
    const kept = Object.fromEntries(Object.entries(rest).filter(([key]) => !keys.includes(key)));
    return record({ pull_request: { ...always, ...kept } })(gate);
  };

export const merging =
  (change: Partial<GateLedger['settings']['merge']>): Change =>
  (gate) =>
    ledger({ settings: { ...gate.ledger.settings, merge: { ...gate.ledger.settings.merge, ...change } } })(gate);

/** The file at this path with other bytes, as a commit of ours or not. */
export const file =
  (path: string, change: (content: string) => string): Change =>
  (gate) => {
    const { changes } = gate.snapshot;
    if (!changes.ok) return gate;
    const value = changes.value.map((each) => (each.path === path ? { ...each, content: change(each.content ?? '') } : each));
    return snapshot({ changes: ok(value) })(gate);
  };

/** The bundle with another text, proposed and signed by us as it is. */
export const proposing =
  (change: (text: string) => string): Change =>
  (gate) => {
    const changed = file(BUNDLE_PATH, () => signed({}, change(UNSIGNED_BUNDLE)))(gate);
    const { changes } = changed.snapshot;
    const files = changes.ok ? changes.value.map(({ path, content = '' }) => ({ path, content })) : [];
    return noted({ judged_digest: judgedDigest(files) })(changed);
  };

export const threads = (...all: readonly SnapshotThread[]): Change => snapshot({ threads: ok(all) });
export const timeline = (...all: readonly SnapshotEvent[]): Change => snapshot({ timeline: ok(all) });
export const reviewed = (...reviews: readonly SnapshotReview[]): Change => snapshot({ reviews: ok(reviews) });
export const checked = (...checks: readonly SnapshotCheck[]): Change => snapshot({ checks: ok(checks) });
export const commented = (...comments: readonly SnapshotComment[]): Change => snapshot({ comments: ok(comments) });
export const commits = (...all: readonly SnapshotCommit[]): Change => snapshot({ commits: ok(all) });

export const all =
  (...changes: readonly Change[]): Change =>
  (gate) =>
    changes.reduce((changed, change) => change(changed), gate);

export const HOUR_LATER = '2026-11-25T15:00:00Z';
/** A review an hour into the second day. */
export function review(by: Person, state: SnapshotReview['state'], change: Partial<SnapshotReview> = {}): SnapshotReview {
  return { id: 900, by, state, at: HOUR_LATER, commit: HEAD, text: '', ...change };
}

export function comment(by: Person, text: string, change: Partial<SnapshotComment> = {}): SnapshotComment {
  return { id: 500, by, at: HOUR_LATER, url: 'https://github.example/acme/data-pipelines/pull/7#issuecomment-500', text, ...change };
}

/** On a line, from the first hour on. */
export function conversation(resolved: boolean, by: Person, change: Partial<SnapshotThread> = {}): SnapshotThread {
  const url = 'https://github.example/acme/data-pipelines/pull/7#discussion_r700';
  return { id: 700, resolved, by, at: OPENED, url, replies: [], unread: 0, ...change };
}

/** Tier-2 as it waits for a person: nobody has approved yet. */
export const byPerson: Change = ledger({ merge: { kind: 'person', slaBusinessDays: 10, stagingReport: 'attached', onApproval: true } });
/** Approved, and a person presses the button. */
export const approvedToBeMergedByHand: Change = (gate) =>
  all(approved, ledger({ merge: { kind: 'person', slaBusinessDays: 10, stagingReport: 'none', onApproval: false } }))(gate);
/** And once `ada` has, on the head. */
export const approved: Change = all(byPerson, reviewed(review(person('ada', 'write'), 'APPROVED')));
