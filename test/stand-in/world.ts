/** An organisation with a repository, an app that is installed there, and its clients: the start of every test. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/core';
import { verify } from '@octokit/webhooks-methods';
import { createStandIn, type StandIn, type StandInOptions } from '../../src/stand-in/stand-in.js';

export const SECRET = 'a secret of the hook';
export const REPO = { owner: 'lake', repo: 'orders' } as const;
const KEY = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
}).privateKey;

export type Received = { readonly id: string; readonly event: string; readonly signed: boolean; readonly payload: Record<string, unknown> };
export type TestWorld = {
  readonly standIn: StandIn;
  /** As the app's installation. */
  readonly bot: Octokit;
  /** As the app itself. */
  readonly app: Octokit;
  readonly installationId: number;
  readonly received: readonly Received[];
  readonly clock: { set(iso: string): void };
  heard(): Promise<readonly string[]>;
  close(): Promise<void>;
};

export const PERMISSIONS = {
  contents: 'write',
  pull_requests: 'write',
  issues: 'write',
  checks: 'write',
  statuses: 'write',
  administration: 'read',
  members: 'read',
  workflows: 'write',
  organization_custom_properties: 'read',
} as const;
export const EVENTS = [
  'push',
  'create',
  'delete',
  'pull_request',
  'pull_request_review',
  'pull_request_review_comment',
  'pull_request_review_thread',
  'issue_comment',
  'issues',
  'check_run',
  'check_suite',
  'status',
  'repository',
  'label',
  'branch_protection_rule',
  'repository_ruleset',
  'member',
  'organization',
];

export async function testWorld(
  options: Partial<StandInOptions> & { readonly permissions?: Record<string, 'read' | 'write'> } = {},
): Promise<TestWorld> {
  const directory = mkdtempSync(join(tmpdir(), 'stand-in-'));
  const received: Received[] = [];
  const hook = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const raw = Buffer.concat(chunks).toString();
      const header = (name: string): string => String(request.headers[name] ?? '');
      const signed = await verify(SECRET, raw, header('x-hub-signature-256'));
      received.push({ id: header('x-github-delivery'), event: header('x-github-event'), signed, payload: JSON.parse(raw) });
      response.writeHead(202).end();
    });
  });
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  let now = '2026-03-02T08:00:00Z';
  const standIn = await createStandIn({ directory, clock: { now: () => now }, ...options });
  standIn.seed.user('rita');
  standIn.seed.org('lake', { members: { anna: 'admin', ben: 'member', cleo: 'member' } });
  await standIn.seed.repo('lake/orders', {
    files: { 'README.md': '# Orders\n', 'jobs/orders.py': 'print(1)\n', '.github/CODEOWNERS': '* @ben\n' },
    roles: { ben: 'write', cleo: 'maintain' },
  });
  standIn.seed.app({
    slug: 'autopilot',
    privateKey: KEY,
    webhook: { url: `http://127.0.0.1:${portOf(hook.address())}/hook`, secret: SECRET },
    permissions: options.permissions ?? PERMISSIONS,
    events: EVENTS,
  });
  const installation = standIn.seed.install({ app: 'autopilot', account: 'lake', by: 'anna' });
  const auth = { appId: installation.app.id, privateKey: KEY };
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const bot = new Octokit({ baseUrl: standIn.url, log, authStrategy: createAppAuth, auth: { ...auth, installationId: installation.id } });
  const app = new Octokit({ baseUrl: standIn.url, log, authStrategy: createAppAuth, auth });
  return {
    standIn,
    bot,
    app,
    installationId: installation.id,
    received,
    clock: {
      set: (iso) => {
        now = iso;
      },
    },
    heard: async () => {
      await standIn.deliveries.settled();
      return received.map(({ event, payload }) => (typeof payload.action === 'string' ? `${event}.${payload.action}` : event));
    },
    close: async () => {
      await standIn.close();
      await new Promise((resolve) => hook.close(resolve));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The status an answer is refused with. */
export async function refused(call: Promise<unknown>): Promise<{ readonly status: number; readonly message: string }> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error && 'status' in error && typeof error.status === 'number')
      return { status: error.status, message: error.message };
    throw error;
  }
  throw new Error('It was not refused.');
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('No port.');
  return address.port;
}

export const NO_BYPASS = { users: [], teams: [], apps: [] } as const;
