/**
 * The adapter against a GitHub that somebody else wrote (`emulate`), as far as that one goes. It has no GraphQL, no list of an
 * installation's repositories, no timeline, no signatures, and its annotations are no list; what needs them is tried elsewhere.
 */
import { createServer } from 'node:net';
import { createEmulator, type Emulator } from 'emulate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { GateReport, PullRequestPlan } from '../../../src/core/pull-request.js';
import type { RepositoryRow } from '../../../src/core/repo.js';
import { type Recorded, record } from './recorded.js';

const APP = 777;
const INSTALLATION = 100;
const BRANCH = 'autopilot/gold/orders';
const PATH = 'signal_factory/gold/orders/dataset.yaml';
const edit = (content: string) => [{ path: PATH, content }];

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

const PERMISSIONS = {
  contents: 'write',
  pull_requests: 'write',
  issues: 'write',
  checks: 'write',
  metadata: 'read',
  administration: 'read',
};
const SEED = {
  users: [{ login: 'ada', name: 'Ada' }],
  orgs: [{ login: 'acme', name: 'Acme', members: [{ login: 'ada', role: 'admin' }] }],
  repos: [{ owner: 'acme', name: 'lake', auto_init: true }],
  apps: [
    {
      app_id: APP,
      slug: 'autopilot',
      name: 'Autopilot',
      permissions: PERMISSIONS,
      installations: [{ installation_id: INSTALLATION, account: 'acme', repository_selection: 'all' }],
    },
  ],
};

type Scene = Recorded & { readonly emulator: Emulator; readonly row: RepositoryRow };

async function openScene(): Promise<Scene> {
  const port = await freePort();
  const apiUrl = `http://127.0.0.1:${port}`;
  const emulator = await createEmulator({ service: 'github', port, baseUrl: apiUrl, seed: { github: SEED } });
  const { id } = z.object({ id: z.number() }).parse(await (await fetch(`${apiUrl}/repos/acme/lake`)).json());
  const row: RepositoryRow = {
    id,
    name: 'acme/lake',
    installation: INSTALLATION,
    defaultBranch: 'main',
    state: 'active',
    isPrivate: false,
  };
  const privateKey = emulator.generatedSecrets[0]?.value ?? '';
  return { emulator, row, ...record({ appId: APP, privateKey, apiUrl, allowUnverified: true }, [row]) };
}

describe('one proposal, from its commit to its end', () => {
  const at: { scene?: Scene; first?: string; second?: string; number?: number; run?: number } = {};
  const scene = (): Scene => {
    if (!at.scene) throw new Error('the emulator did not start');
    return at.scene;
  };
  const since = async <T>(act: () => Promise<T>) => {
    const { operations } = scene();
    operations.length = 0;
    const answer = await act();
    return { answer, operations: [...operations] };
  };
  const plan = (body: string): PullRequestPlan => ({
    urn: 'ds://gold/orders',
    tier: 'TIER_3',
    risk: 'LOW',
    branch: BRANCH,
    baseBranch: 'main',
    title: 'Make gold.orders observable',
    body,
    commitMessage: 'Make gold.orders observable\n',
    files: [],
    labels: ['autopilot'],
    reviewers: [],
    judgedDigest: '',
  });
  beforeAll(async () => {
    at.scene = await openScene();
  });
  afterAll(() => at.scene?.emulator.close());

  test('the App is installed on acme', async () => {
    expect(await scene().github.host.installations()).toEqual([{ id: INSTALLATION, account: 'acme', state: 'active' }]);
  });

  test('a branch with one commit of one file', async () => {
    const forge = scene().github.forge(scene().row);
    const base = (await forge.head('main')) ?? '';
    const { answer, operations } = await since(async () => {
      const { sha } = await forge.commit(base, edit('urn: x\n'), 'Make it observable\n', '');
      expect(await forge.point(BRANCH, sha, undefined)).toEqual({ done: true });
      return sha;
    });
    expect(operations).toEqual(['create-tree', 'create-commit', 'create-ref']);
    expect(await forge.head(BRANCH)).toBe(answer);
    expect(await forge.readFolder(answer, 'signal_factory/gold/orders')).toEqual(edit('urn: x\n'));
    expect(await forge.changed(base, answer)).toEqual([{ path: PATH, mode: '100644', content: 'urn: x\n' }]);
    expect(await forge.contains('main', answer)).toBe(false);
    expect(await forge.contains(BRANCH, base)).toBe(true);
    at.first = answer;
  });

  test('the branch moves forward from where it was expected, and from nowhere else', async () => {
    const forge = scene().github.forge(scene().row);
    const { sha } = await forge.commit(at.first ?? '', edit('urn: y\n'), 'Again\n', '');
    expect(await forge.point(BRANCH, sha, at.first)).toEqual({ done: true });
    expect(await forge.point(BRANCH, at.first ?? '', at.first)).toEqual({ done: false, head: sha });
    at.second = sha;
  });

  test('the pull request is opened once and kept to its words', async () => {
    const pulls = scene().github.pullRequests(scene().row);
    const opened = await since(() => pulls.submit(plan('One'), undefined));
    expect(opened.operations).toEqual(['open-pull-request', 'create-label', 'add-labels']);
    at.number = opened.answer.number ?? 0;
    expect(await since(() => pulls.submit(plan('One'), undefined))).toEqual({ answer: opened.answer, operations: [] });
    expect((await since(() => pulls.submit(plan('Two'), at.number))).operations).toEqual(['update-pull-request']);
  });

  test('the gate is shown once', async () => {
    const pulls = scene().github.pullRequests(scene().row);
    const report: GateReport = { title: 'Waiting', summary: 'for two days', text: 'table', annotations: [] };
    const shown = await since(() => pulls.show(at.second ?? '', report, undefined));
    expect(shown.operations).toEqual(['create-check-run']);
    expect(await since(() => pulls.show(at.second ?? '', report, shown.answer))).toEqual({ answer: shown.answer, operations: [] });
    const green = await since(() => pulls.show(at.second ?? '', { ...report, conclusion: 'success' }, shown.answer));
    expect(green).toEqual({ answer: shown.answer, operations: ['update-check-run'] });
  });

  test('one comment per topic', async () => {
    const { conversation } = scene().github;
    const place = { repository: scene().row.id, issue: at.number ?? 0 };
    expect((await since(() => conversation.say(place, 'status', 'one'))).operations).toEqual(['comment']);
    expect((await since(() => conversation.say(place, 'status', 'two'))).operations).toEqual(['edit-comment']);
    expect((await since(() => conversation.say(place, 'status', 'two'))).operations).toEqual([]);
  });

  test('what an organisation owner may do', async () => {
    expect(await scene().github.host.role(scene().row.id, 'ada')).toBe('admin');
  });

  test('the files of a commit are listed', async () => {
    const source = await scene().github.host.source(scene().row, at.second ?? '');
    expect((await source.list()).map(({ path }) => path)).toEqual(['README.md', PATH]);
  });

  test('it is closed with its reason, once', async () => {
    const pulls = scene().github.pullRequests(scene().row);
    expect((await since(() => pulls.close(BRANCH, at.number, 'no longer needed'))).operations).toEqual(['comment', 'close-pull-request']);
    expect((await since(() => pulls.close(BRANCH, at.number, 'no longer needed'))).operations).toEqual([]);
    await expect(pulls.submit(plan('Three'), at.number)).rejects.toThrow(/is closed/);
  });

  test('what is not there is said as GitHub says it', async () => {
    await expect(scene().github.host.repositories(INSTALLATION)).rejects.toThrow(/GET \/installation\/repositories with 404/);
  });
});
