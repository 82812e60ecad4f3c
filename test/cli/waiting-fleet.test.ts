import { renameSync, rmSync, truncateSync, unlinkSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openStore } from '../../src/adapters/local/store.js';
import { AGAIN, LATER, makeStage, NOW, namesIn, nothing, RUN, type Scene, type Stage } from './bad-input-scene.js';

// A busy machine must not make a row fail.
vi.setConfig({ maxConcurrency: 2, testTimeout: 120_000 });

let stage: Stage;
beforeAll(async () => {
  stage = await makeStage();
});
afterAll(() => stage.remove());

const APPROVE = ['bootstrap', 'approve', '--urn', 'ds://gold/orders', '--as', 'ada', '--now', LATER];
type Hand = readonly [says: string, spoil: (scene: Scene) => void, args: readonly string[], code: number, said: RegExp, state: string];
const RETRY = ['bootstrap', 'retry', '--urn', 'ds://gold/orders', '--now', LATER];
const bundle = (change: (text: string) => string) => (scene: Scene) => scene.push('policy_bundle.yaml', change);
const afterwards: readonly Hand[] = [
  [
    'approval of an unknown dataset',
    nothing,
    ['bootstrap', 'approve', '--urn', 'ds://gold/none', '--as', 'ada'],
    2,
    /No bootstrap of ds:\/\/gold\/none is known/,
    'POLICY_PENDING',
  ],
  [
    'the story of an unknown dataset',
    nothing,
    ['bootstrap', 'status', '--urn', 'ds://gold/none'],
    2,
    /No bootstrap of ds:\/\/gold\/none/,
    'POLICY_PENDING',
  ],
  ['a retry of what waits', nothing, RETRY, 1, /is POLICY_PENDING: that cannot be retried now/, 'POLICY_PENDING'],
  [
    'a dataset that no job writes',
    nothing,
    ['bootstrap', 'init', '--urn', 'ds://gold/none', '--now', NOW],
    2,
    /No job in these repositories writes ds:\/\/gold\/none\. The nearest that are written: ds:\/\/gold\/(?:orders, ds:\/\/gold\/refunds|refunds, ds:\/\/gold\/orders)\./,
    'POLICY_PENDING',
  ],
  [
    'a plan for a dataset that no job writes',
    nothing,
    ['bootstrap', 'init', '--urn', 'ds://gold/order', '--now', NOW, '--dry-run'],
    0,
    /No dataset would be started\. No job in these repositories writes ds:\/\/gold\/order\. The nearest that are written: ds:\/\/gold\/orders, /,
    'POLICY_PENDING',
  ],
  [
    "a person's commit on top: the clock stops",
    (scene) => scene.push('dataset.yaml', (text) => text.replace('owner_team: data', 'owner_team: sales')),
    AGAIN,
    0,
    /a person pushed to the branch, so a person has to approve/,
    'POLICY_PENDING',
  ],
  [
    "a person's broken YAML",
    bundle((text) => `${text}a: [\n`),
    APPROVE,
    2,
    /signal_factory\/gold\/orders\/policy_bundle\.yaml: .* line \d+\. .*approve again/,
    'POLICY_PENDING',
  ],
  [
    "a person's unknown key",
    (scene) => scene.push('dataset.yaml', (text) => `${text}bogus: 1\n`),
    APPROVE,
    2,
    /orders\/dataset\.yaml is not valid at the top: .*"bogus"/,
    'POLICY_PENDING',
  ],
  [
    "a person's broken JSON",
    (scene) => scene.push('baseline.json', () => '{'),
    APPROVE,
    2,
    /orders\/baseline\.json is not valid JSON/,
    'POLICY_PENDING',
  ],
  [
    "a person's urn of another dataset",
    (scene) => scene.push('dataset.yaml', (text) => text.replace(/^(urn: .*)gold\/orders/m, '$1gold/refunds')),
    APPROVE,
    2,
    /dataset\.yaml is about ds:\/\/gold\/refunds, not/,
    'POLICY_PENDING',
  ],
  [
    'the branch deleted: approval',
    (scene) => void scene.git('branch', '-qD', 'autopilot/gold/orders'),
    APPROVE,
    1,
    /The branch autopilot\/gold\/orders is gone/,
    'POLICY_PENDING',
  ],
  [
    'the branch deleted: the clock',
    (scene) => void scene.git('branch', '-qD', 'autopilot/gold/orders'),
    AGAIN,
    0,
    /the branch was deleted, which declines/,
    'CANCELLED',
  ],
  [
    'the branch checked out',
    (scene) => void scene.git('checkout', '-q', 'autopilot/gold/orders'),
    AGAIN,
    3,
    /autopilot\/gold\/orders is checked out in .*repo\. Switch/,
    'POLICY_APPROVED',
  ],
  [
    'the repository moved away',
    (scene) => renameSync(scene.path('repo'), scene.path('elsewhere')),
    APPROVE,
    3,
    /The repository .*repo cannot be read: .*Put it back/,
    'POLICY_PENDING',
  ],
  [
    'the lake moved away',
    (scene) => renameSync(scene.path('lake'), scene.path('elsewhere')),
    APPROVE,
    2,
    /lake is not there\. Name/,
    'ESCALATED',
  ],
  [
    'a store of a newer version',
    (scene) => {
      const { database } = openStore(scene.path('home'));
      database.exec('PRAGMA user_version = 9');
      database.close();
    },
    AGAIN,
    2,
    /store\.db was written by a newer version of sf .*Update sf/,
    '',
  ],
  [
    'a store cut in half',
    (scene) => {
      truncateSync(scene.path('home/store.db'), 9000);
    },
    AGAIN,
    2,
    /store\.db is not a store that can be opened/,
    '',
  ],
  [
    'a damaged signing key',
    (scene) => scene.write('home/keys/signing-key.json', '{'),
    AGAIN,
    2,
    /signing-key\.json is no P-256 signing key/,
    '',
  ],
  [
    'a damaged list of what the fleet is',
    (scene) => scene.write('home/objects/fleet.json', '{'),
    AGAIN,
    3,
    /fleet\.json is damaged\. Restore/,
    'POLICY_PENDING',
  ],
  [
    'a damaged baseline in the store',
    (scene) => scene.write('home/objects/datasets/gold/orders/baseline.json', '{'),
    AGAIN,
    3,
    /gold\/orders\/baseline\.json is missing or damaged\. Restore/,
    'ESCALATED',
  ],
  [
    'a lost registration',
    (scene) => rmSync(scene.path('home/objects/datasets/gold/orders'), { recursive: true }),
    AGAIN,
    3,
    /gold\/orders\/.* is missing or damaged/,
    'ESCALATED',
  ],
  [
    'a cache that is no database',
    (scene) => {
      for (const name of namesIn(scene.path('home')).filter((each) => each.startsWith('facts'))) unlinkSync(scene.path(`home/${name}`));
      scene.write('home/facts.sqlite', 'x'.repeat(200));
    },
    AGAIN,
    0,
    /facts\.sqlite cannot be used .*every file is read anew/,
    'SIGNAL_READY',
  ],
];

describe.concurrent('a fleet that waits', () => {
  it.each(afterwards)('%s', async (_, spoil, args, code, text, state) => {
    const scene = stage.scene('waiting');
    spoil(scene);
    const before = namesIn(scene.path('repo/.git/refs/heads/signal-factory'));
    const said = await scene.sf(...args);
    expect(said.code).toBe(code);
    expect(said.out + said.err).toMatch(text);
    expect(said.err).not.toMatch(/should not have happened|\n +at /);
    if (state !== '') expect(scene.state('ds://gold/orders')).toBe(state);
    if (args !== AGAIN)
      expect(namesIn(scene.path('repo/.git/refs/heads/signal-factory')).length - before.length).toBe(state === 'ESCALATED' ? 1 : 0);
    scene.remove();
  });

  it("merges a person's content once a person approved it", async () => {
    const scene = stage.scene('waiting');
    scene.push('dataset.yaml', (text) => text.replace('owner_team: data', 'owner_team: sales'));
    expect((await scene.sf(...APPROVE)).code).toBe(0);
    expect(scene.git('show', 'signal-factory/accepted:signal_factory/gold/orders/dataset.yaml')).toContain('owner_team: sales');
    expect(scene.state('ds://gold/orders')).toBe('SIGNAL_READY');
    scene.remove();
  });

  it('approves what was refused, once it is mended on the branch', async () => {
    const scene = stage.scene('waiting');
    scene.push('policy_bundle.yaml', (text) => `${text}a: [\n`);
    expect((await scene.sf(...APPROVE)).code).toBe(2);
    scene.push('policy_bundle.yaml', (text) => text.replace('a: [\n', ''));
    expect((await scene.sf(...APPROVE)).code).toBe(0);
    scene.remove();
  });

  it('lets one of two work on a home and refuses the other', async () => {
    const scene = stage.scene();
    const both = await Promise.all([scene.process(...RUN), scene.process(...RUN)]);
    const refused = both.filter(({ code }) => code === 3);
    for (const { err } of refused) expect(err).toMatch(/Another sf is working on .*home\. Let it finish/);
    expect(both.some(({ code }) => code === 0)).toBe(true);
    expect(scene.state('ds://gold/orders')).toBe('POLICY_PENDING');
    scene.remove();
  });
});
