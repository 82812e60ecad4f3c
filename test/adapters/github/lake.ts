/** An organisation on the stand-in with one repository of jobs, the App installed there, and our adapter in front of it. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GitHubOptions } from '../../../src/adapters/github/index.js';
import type { PullRequestPlan } from '../../../src/core/pull-request.js';
import type { RepositoryRow } from '../../../src/core/repo.js';
import type { Forge, PullRequests, Submitted } from '../../../src/ports.js';
import { createStandIn, type StandIn } from '../../../src/stand-in/stand-in.js';
import { type Recorded, record } from './recorded.js';

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

const PERMISSIONS = {
  contents: 'write',
  pull_requests: 'write',
  issues: 'write',
  checks: 'write',
  statuses: 'read',
  administration: 'read',
  members: 'read',
  metadata: 'read',
} as const;

export const LAKE = 'acme/lake';
export const BRANCH = 'autopilot/gold/orders';
export const FOLDER = 'signal_factory/gold/orders';
export const AT = '2026-03-02T08:00:00Z';

export type Lake = Recorded & {
  readonly standIn: StandIn;
  readonly row: RepositoryRow;
  readonly appId: number;
  readonly privateKey: string;
  readonly clock: { at: string };
  readonly forge: Forge;
  readonly pulls: PullRequests;
  /** What was performed while `act` ran. */
  during<T>(act: () => Promise<T>): Promise<{ readonly answer: T; readonly operations: readonly string[] }>;
  /** The same repository through an adapter of its own. */
  again(options: Partial<GitHubOptions>): Recorded;
  close(): Promise<void>;
};

const FILES = { 'README.md': '# Lake\n', 'jobs/orders.py': 'print(1)\n', '.github/autopilot.yml': 'merge: {}\n' };

export async function openLake(options: Partial<GitHubOptions> = {}, files: Readonly<Record<string, string>> = FILES): Promise<Lake> {
  const directory = mkdtempSync(join(tmpdir(), 'autopilot-github-'));
  const clock = { at: AT };
  const standIn = await createStandIn({ directory, clock: { now: () => clock.at } });
  standIn.seed.org('acme', { members: { ada: 'admin', ben: 'member' } });
  const repository = await standIn.seed.repo(LAKE, {
    files,
    roles: { ben: 'write', cleo: 'maintain' },
  });
  standIn.seed.team({ org: 'acme', slug: 'data', members: ['ben'], repositories: { [LAKE]: 'write' } });
  const app = standIn.seed.app({ slug: 'autopilot', privateKey, permissions: PERMISSIONS, events: ['push'] });
  const installation = standIn.seed.install({ app: 'autopilot', account: 'acme', by: 'ada' });
  const row: RepositoryRow = {
    id: repository.id,
    name: LAKE,
    installation: installation.id,
    defaultBranch: 'main',
    state: 'active',
    isPrivate: true,
  };
  const again = (more: Partial<GitHubOptions>) =>
    record({ appId: app.id, privateKey, apiUrl: standIn.url, clock: { now: () => clock.at }, ...options, ...more }, [row]);
  const ours = again({});
  return {
    ...ours,
    standIn,
    row,
    appId: app.id,
    privateKey,
    clock,
    forge: ours.github.forge(row),
    pulls: ours.github.pullRequests(row),
    again,
    during: async (act) => {
      const before = ours.operations.length;
      const answer = await act();
      return { answer, operations: ours.operations.slice(before) };
    },
    close: async () => {
      await standIn.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export function planOf(changes: Partial<PullRequestPlan> = {}): PullRequestPlan {
  return {
    urn: 'ds://gold/orders',
    tier: 'TIER_3',
    risk: 'LOW',
    branch: BRANCH,
    baseBranch: 'main',
    title: 'Make gold.orders observable',
    body: 'What it does, and why.\n',
    commitMessage: 'Make gold.orders observable\n',
    files: [{ path: `${FOLDER}/dataset.yaml`, content: 'urn: ds://gold/orders\n' }],
    labels: ['autopilot'],
    reviewers: ['@acme/data'],
    judgedDigest: '',
    ...changes,
  };
}

/** A branch with one commit, and its pull request. */
export async function propose(
  { forge, pulls }: Pick<Lake, 'forge' | 'pulls'>,
  plan = planOf(),
): Promise<{ readonly head: string; readonly number: number; readonly words: Submitted['words'] }> {
  const base = await forge.head('main');
  const { sha } = await forge.commit(base ?? '', plan.files, plan.commitMessage, AT);
  await forge.point(plan.branch, sha, undefined);
  const { number = 0, words } = await pulls.submit(plan, undefined);
  return { head: sha, number, words };
}
