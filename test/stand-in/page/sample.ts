/** An organisation with one pull request of a bot, held in memory: a `PageSource` that remembers what people did. */
import type { Act, CommentView, Entry, FileView, PageSource, PullRow, PullView } from '../../../src/stand-in/page/view.js';

export const NOW = '2026-11-28T20:00:00Z';
const BOT = { login: 'autopilot[bot]', isBot: true };
const ALICE = { login: 'alice', isBot: false };
const BOB = { login: 'bob', isBot: false };

export type Sample = {
  readonly source: PageSource;
  readonly acts: { readonly login: string; readonly act: Act }[];
  readonly moved: number[];
};

function comment(key: string, author: CommentView['author'], body: string, more: Partial<CommentView> = {}): CommentView {
  return { key, author, body, at: '2026-11-27T09:12:00Z', isEdited: false, hiddenAs: undefined, reactions: [], ...more };
}

const THREAD = {
  key: 'PRRT_1',
  path: 'signal_factory/gold/orders/dataset.yaml',
  line: 3,
  isOutdated: false,
  resolvedBy: undefined,
  comments: [comment('c3', BOB, 'Is this team still the owner?')],
};

const ENTRIES: readonly Entry[] = [
  {
    kind: 'commit',
    at: NOW,
    sha: 'c0ffee1234567890',
    message: 'Onboard ds://gold/orders\n\nbody',
    author: 'autopilot[bot]',
    isVerified: true,
  },
  { kind: 'event', at: '2026-11-26T20:00:00Z', actor: BOT, says: 'added the label autopilot' },
  {
    kind: 'comment',
    at: NOW,
    comment: comment('c1', ALICE, '/autopilot explain tier', { reactions: [{ sign: '👍', by: ['autopilot[bot]'] }] }),
  },
  {
    kind: 'comment',
    at: NOW,
    comment: comment('c2', BOT, '`tier` is **TIER_3**: no consumer reads it.\n\n<script>alert(1)</script>', { isEdited: true }),
  },
  { kind: 'review', at: NOW, state: 'CHANGES_REQUESTED', comment: comment('r1', BOB, ''), threads: [THREAD] },
  { kind: 'review', at: NOW, state: 'APPROVED', comment: comment('r2', ALICE, 'Looks right.'), threads: [] },
  { kind: 'comment', at: NOW, comment: comment('c4', BOT, 'old news', { hiddenAs: 'OUTDATED' }) },
];

const ROW: PullRow = {
  repository: 'acme/jobs',
  number: 7,
  title: 'Onboard ds://gold/orders <b>',
  author: BOT,
  state: 'open',
  labels: [{ name: 'autopilot', color: '1d76db' }],
  checks: 'pending',
  createdAt: '2026-11-26T20:00:00Z',
  comments: 3,
};

const FILES: readonly FileView[] = [
  {
    path: 'signal_factory/gold/orders/dataset.yaml',
    previousPath: undefined,
    status: 'added',
    additions: 3,
    deletions: 0,
    patch:
      '@@ -0,0 +1,3 @@\n+# yaml-language-server: $schema=https://example.test/schemas/dataset-manifest.json\n+urn: ds://gold/orders\n+owner_team: </textarea><script>alert(1)</script>',
    content:
      '# yaml-language-server: $schema=https://example.test/schemas/dataset-manifest.json\nurn: ds://gold/orders\nowner_team: </textarea><script>alert(1)</script>\n',
    threads: [THREAD],
  },
  {
    path: 'jobs/orders.py',
    previousPath: 'jobs/order.py',
    status: 'renamed',
    additions: 1,
    deletions: 1,
    patch:
      '@@ -10,3 +10,3 @@ def main():\n     frame = read()\n-    frame.to_parquet(OLD)\n+    frame.to_parquet(NEW)\n     return frame\n\\ No newline at end of file',
    content: undefined,
    threads: [],
  },
  {
    path: 'logo.png',
    previousPath: undefined,
    status: 'modified',
    additions: 0,
    deletions: 0,
    patch: undefined,
    content: undefined,
    threads: [],
  },
];

export function sampleSource(body = 'Merges **by itself**.\n\n- [ ] hold it\n', more: Partial<PullView> = {}, canMoveClock = true): Sample {
  const acts: { login: string; act: Act }[] = [];
  const moved: number[] = [];
  const pull: PullView = {
    ...ROW,
    body,
    isEdited: false,
    head: { label: 'autopilot/gold.orders', ref: 'autopilot/gold.orders', sha: 'c0ffee1234567890c0ffee1234567890c0ffee12' },
    base: 'main',
    closed: undefined,
    entries: ENTRIES,
    checkRows: [
      {
        id: 31,
        name: 'autopilot/gate',
        by: 'autopilot',
        verdict: 'pending',
        says: 'in progress: 8 of 10 conditions hold',
        isRequired: true,
      },
      { id: undefined, name: 'ci/tests', by: 'alice', verdict: 'success', says: 'success: 214 tests', isRequired: false },
    ],
    reviewers: [
      { name: 'bob', state: 'CHANGES_REQUESTED' },
      { name: 'alice', state: 'APPROVED' },
      { name: 'acme/airport-analytics', state: 'REQUESTED' },
    ],
    allLabels: [...ROW.labels, { name: 'autopilot/hold', color: 'd93f0b' }],
    merge: {
      canMerge: false,
      says: 'Merging is blocked',
      reasons: ['bob requested changes', 'autopilot/gate has not succeeded'],
      methods: ['merge', 'squash'],
    },
    commits: 1,
    changedFiles: 3,
    ...more,
  };
  const source: PageSource = {
    now: () => NOW,
    people: () => [ALICE, BOB],
    owners: () => ['acme'],
    organisation: async (login) =>
      login === 'acme'
        ? {
            login,
            isOrganisation: true,
            repositories: [
              {
                fullName: 'acme/jobs',
                description: 'Batch jobs',
                visibility: 'private',
                isArchived: false,
                openPulls: 1,
                pushedAt: '2026-11-26T20:00:00Z',
              },
            ],
            pulls: [ROW, { ...ROW, number: 5, title: 'Onboard ds://gold/airport_league', state: 'merged', checks: 'success' }],
            teams: [{ slug: 'airport-analytics', members: ['alice', 'bob'] }],
            members: [ALICE, BOB],
            apps: ['autopilot'],
          }
        : undefined,
    pulls: async (owner, repo) => (`${owner}/${repo}` === 'acme/jobs' ? [ROW] : undefined),
    pull: async ({ repo, number }) => (repo === 'jobs' && number === 7 ? pull : undefined),
    files: async () => FILES,
    blob: async (_owner, repo, place) =>
      repo === 'jobs' && place === 'main/jobs/order s.py'
        ? {
            repository: 'acme/jobs',
            ref: 'main',
            path: 'jobs/order s.py',
            bytes: 80,
            lines: ['import pandas', '</td><script>alert(1)</script>', ''],
            isCut: true,
          }
        : undefined,
    check: async (_owner, _repo, id) =>
      id === 31
        ? {
            id,
            name: 'autopilot/gate',
            by: 'autopilot',
            verdict: 'pending',
            says: 'in progress',
            isRequired: true,
            repository: 'acme/jobs',
            sha: 'c0ffee1234567890',
            pulls: [7],
            title: 'Waits for the clock: 14 h left',
            summary:
              '| condition | holds | because |\n|:--|:-:|:--|\n| no objection | ✕ | bob requested changes |\n| the head is ours | ✓ | `c0ffee1` |',
            text: '<details><summary>Every condition</summary>\n\n- one\n- two\n\n</details>',
            annotations: [
              {
                path: 'signal_factory/gold/orders/dataset.yaml',
                startLine: 3,
                endLine: 3,
                level: 'warning',
                title: 'owner',
                message: 'CODEOWNERS names another <team>.',
              },
            ],
            startedAt: '2026-11-28T19:00:00Z',
            completedAt: undefined,
            actions: [{ identifier: 'rescan', label: 'Scan again', description: 'Reads the repository again' }],
          }
        : undefined,
    act: async (login, _place, act) => {
      acts.push({ login, act });
      return act.kind === 'merge' ? 'At least 1 approving review is required.' : undefined;
    },
    rerun: async () => undefined,
    ...(canMoveClock ? { moveClock: async (hours: number) => void moved.push(hours) } : {}),
  };
  return { source, acts, moved };
}
