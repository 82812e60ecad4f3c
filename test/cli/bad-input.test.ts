/** §14.1 bad input: one sentence that names the file and the remedy, the exit code, and nothing half-written. */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, truncateSync, unlinkSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openStore } from '../../src/adapters/local/store.js';
import { commitAll, job, LATER, makeStage, NOW, namesIn, type Scene, SF, type Stage } from './bad-input-scene.js';

// A busy machine must not make a row fail.
vi.setConfig({ maxConcurrency: 2, testTimeout: 120_000 });

let stage: Stage;
beforeAll(async () => {
  stage = await makeStage();
});
afterAll(() => stage.remove());

const RUN = ['bootstrap', 'run', 'repo', '--data', 'lake', '--now', NOW];
const AGAIN = ['bootstrap', 'run', 'repo', '--data', 'lake', '--now', LATER];
const APPROVE = ['bootstrap', 'approve', '--urn', 'ds://gold/orders', '--as', 'ada', '--now', LATER];
const ORDERS = 'lake/acme/gold/orders';

type Call = readonly [says: string, spoil: (scene: Scene) => void, args: readonly string[], code: number, err: RegExp];
const nothing = (): void => undefined;
const settings =
  (text: string | Uint8Array) =>
  (scene: Scene): void =>
    scene.write('org.yml', text);
const SCAN_WITH = ['scan', 'repo', '--org-config', 'org.yml'];

const refusedCalls: readonly Call[] = [
  ['no command', nothing, [], 2, /Usage: sf/],
  ['an unknown command', nothing, ['foo'], 2, /unknown command 'foo'\n\(sf --help/],
  ['an unknown command below another', nothing, ['bootstrap', 'foo'], 2, /unknown command 'foo'\n\(sf bootstrap --help/],
  ['an unknown option', nothing, ['scan', '--foo', 'repo'], 2, /unknown option '--foo'\n\(sf scan --help/],
  ['an option that lacks', nothing, ['bootstrap', 'approve', '--urn', 'ds://a/b'], 2, /required option '--as <name>'/],
  ['a choice that is none', nothing, ['profile', 'x', '--data', 'lake', '--as', 'xls'], 2, /'xls' is invalid. Allowed choices/],
  ['a missing folder to scan', nothing, ['scan', 'none'], 2, /none is not a folder\. Name the folder/],
  ['a file to scan', nothing, ['scan', 'repo/CODEOWNERS'], 2, /CODEOWNERS is not a folder/],
  ['a missing folder for owners', nothing, ['owners', 'none', 'a.py'], 2, /none is not a folder/],
  [
    'no repository',
    (scene) => void mkdirSync(scene.path('plain')),
    ['bootstrap', 'run', 'plain', '--data', 'lake'],
    2,
    /plain is not a git repository\. Name/,
  ],
  ['a file as repository', nothing, ['bootstrap', 'run', 'repo/CODEOWNERS', '--data', 'lake'], 2, /CODEOWNERS is not a git repository/],
  [
    'an empty repository',
    (scene) => {
      rmSync(scene.path('repo/.git'), { recursive: true });
      scene.git('init', '-q');
    },
    RUN,
    2,
    /repo has no commit yet\. Commit/,
  ],
  [
    'a repository without its objects',
    (scene) => rmSync(scene.path('repo/.git/objects'), { recursive: true }),
    RUN,
    2,
    /repo is not a git repository|cannot be read/,
  ],
  ['no lake named', nothing, ['bootstrap', 'run', 'repo'], 2, /not known where the data lies\. .*--data/],
  ['a missing lake', nothing, ['bootstrap', 'run', 'repo', '--data', 'none'], 2, /none is not a folder\. .*--data/],
  ['a lake that is a file', nothing, ['bootstrap', 'run', 'repo', '--data', 'repo/CODEOWNERS'], 2, /CODEOWNERS is not a folder/],
  [
    'a time that is none',
    nothing,
    ['bootstrap', 'run', 'repo', '--data', 'lake', '--now', 'noon'],
    2,
    /"noon" is no UTC time\. Write it like/,
  ],
  ['a demo at no time', nothing, ['demo', '--once', '--keep', 'd', '--now', 'noon'], 2, /"noon" is no UTC time/],
  ['a demo in a file', nothing, ['demo', '--once', '--keep', 'repo/CODEOWNERS'], 2, /CODEOWNERS is no folder/],
  ['a demo over something else', nothing, ['demo', '--once', '--keep', 'repo'], 2, /repo is not empty, and no demo made it/],
  ['a hole without a value', nothing, [...RUN, '--set', 'bucket'], 2, /--set bucket does not read name=value/],
  [
    'a urn that is none',
    nothing,
    ['bootstrap', 'init', '--urn', 'orders', 'repo', '--data', 'lake'],
    2,
    /"orders" is no dataset urn\. Write ds:/,
  ],
  ['approval by the bot', nothing, ['bootstrap', 'approve', '--urn', 'ds://a/b', '--as', 'Autopilot'], 2, /"Autopilot" cannot approve/],
  ['approval by nobody', nothing, ['bootstrap', 'approve', '--urn', 'ds://a/b', '--as', ' '], 2, /" " cannot approve/],
  ['settings that are not there', nothing, SCAN_WITH, 2, /org\.yml is no file that can be read/],
  ['settings that are a folder', nothing, ['scan', 'repo', '--org-config', 'lake'], 2, /lake is a folder where a file is needed/],
  ['settings that are no YAML', settings('a: [1\nb: 2'), SCAN_WITH, 2, /org\.yml is not valid YAML: .* line 2, column 1\. Mend/],
  [
    'an unknown setting',
    settings('sloo: 1\n'),
    SCAN_WITH,
    2,
    /org\.yml is not valid at the top: Unrecognized key: "sloo"\. Did you mean "slo"\?/,
  ],
  ['an unknown setting below another', settings('merge:\n  automatc: false\n'), SCAN_WITH, 2, /at merge: .* Did you mean "automatic"\?/],
  ['an unknown setting like no other', settings('colour: red\n'), SCAN_WITH, 2, /Unrecognized key: "colour"\. Mend/],
  ['a setting of another type', settings('profiling: {slots: many}\n'), SCAN_WITH, 2, /org\.yml is not valid at profiling\.slots: /],
  ['settings that are a list', settings('- 1\n'), SCAN_WITH, 2, /expected object, received array/],
  ['settings in UTF-16', settings(Buffer.from('\ufeffa: 1', 'utf16le')), SCAN_WITH, 2, /org\.yml is not UTF-8 text\. Save/],
  [
    'settings that multiply',
    settings(
      ['a: &a [x,x,x,x,x,x,x,x,x]', ...[...'bcdefgh'].map((k, i) => `${k}: &${k} [${Array(9).fill(`*${'abcdefgh'[i]}`)}]`)].join('\n'),
    ),
    SCAN_WITH,
    2,
    /org\.yml repeats itself/,
  ],
  ['a list of critical datasets that is not there', settings('critical_datasets: none.yaml\n'), SCAN_WITH, 2, /none\.yaml is no file/],
  ['a profile of nothing', nothing, ['profile', 's3://acme/none', '--data', 'lake'], 1, /no data at s3:\/\/acme\/none\. Check/],
  ['a profile in no lake', nothing, ['profile', 'x', '--data', 'none'], 2, /none is not there\. .*--data/],
  ['a profile outside the lake', nothing, ['profile', '../x', '--data', 'lake'], 2, /"\.\.\/x" does not lie inside/],
  ['a policy that is not there', nothing, ['policy', 'verify', 'p.yaml', '--jwks', 'k.json'], 2, /k\.json cannot be read/],
  [
    'keys that are none',
    (scene) => {
      scene.write('k.json', '{}');
      scene.write('p.yaml', 'a: 1\n');
    },
    ['policy', 'verify', 'p.yaml', '--jwks', 'k.json'],
    2,
    /k\.json is no set of public/,
  ],
  ['a home that is a file', nothing, [...RUN, '--home', 'repo/CODEOWNERS'], 2, /CODEOWNERS cannot be the folder of a fleet/],
  ['a home below a file', nothing, [...RUN, '--home', 'repo/CODEOWNERS/h'], 2, /CODEOWNERS\/h cannot be the folder/],
  ['a look at a home that is a file', nothing, ['bootstrap', 'status', '--home', 'repo/CODEOWNERS'], 2, /CODEOWNERS is not a folder/],
  [
    'a store that is no database',
    (scene) => scene.write('h/store.db', 'x'.repeat(200)),
    [...RUN, '--home', 'h'],
    2,
    /h\/store\.db is not a store that can be opened/,
  ],
  [
    'a store that is a folder',
    (scene) => void mkdirSync(scene.path('h/store.db'), { recursive: true }),
    [...RUN, '--home', 'h'],
    2,
    /h\/store\.db is not a store/,
  ],
  [
    'approval in an empty home',
    nothing,
    ['bootstrap', 'approve', '--urn', 'ds://a/b', '--as', 'ada', '--home', 'h'],
    2,
    /No fleet is known in .*h\. Start with/,
  ],
];

describe.concurrent('a call that is refused', () => {
  it.each(refusedCalls)('%s', async (_, spoil, args, code, err) => {
    const scene = stage.scene();
    spoil(scene);
    const said = await scene.sf(...args);
    expect(said).toMatchObject({ code, out: '' });
    expect(said.err).toMatch(err);
    expect(said.err).not.toMatch(/should not have happened|\n +at /);
    expect(existsSync(scene.path('home/store.db'))).toBe(false);
    scene.remove();
  });

  it('answers with one document when JSON was asked for', async () => {
    const scene = stage.scene();
    const said = await scene.sf('scan', 'none', '--format', 'json');
    expect(JSON.parse(said.out)).toMatchObject({ problem: { kind: 'usage' } });
    scene.remove();
  });
});

/** What one repository's own list holds: the scan goes on, and the row says what is wrong. */
type SpoiltList = readonly [says: string, spoil: (scene: Scene) => void, reason: string, text: RegExp];
const ownList =
  (text: string | Uint8Array) =>
  (scene: Scene): void =>
    scene.write('repo/critical-datasets.yaml', text);
const spoiltLists: readonly SpoiltList[] = [
  ['no YAML', ownList('x: ['), 'broken-yaml', /not valid YAML/],
  ['no list', ownList('datasets: 7\n'), 'broken-yaml', /not valid at/],
  ['a key twice', ownList('datasets: []\ndatasets: []\n'), 'broken-yaml', /"datasets" stands twice in one block, again in line 2/],
  ['90,000 keys', ownList(Array.from({ length: 90_000 }, (_, n) => `k${n}: 1\n`).join('')), 'broken-yaml', /more than 20000 lines/],
  ['no text', ownList(new Uint8Array([0xff, 0xfe, 0x00])), 'broken-yaml', /not UTF-8/],
  [
    'a link to a list elsewhere',
    (scene) => {
      scene.write('elsewhere.yaml', '[ds://gold/orders]\n');
      symlinkSync(scene.path('elsewhere.yaml'), scene.path('repo/critical-datasets.yaml'));
    },
    'unreadable-file',
    /a link/,
  ],
];

describe('a list of critical datasets of one repository', () => {
  it.each(spoiltLists)('that holds %s is a row of that repository', async (_, spoil, reason, text) => {
    const scene = stage.scene();
    spoil(scene);
    const said = await scene.sf('scan', 'repo', '--format', 'json');
    expect(said.code).toBe(0);
    const report = JSON.parse(said.out);
    expect(report.unresolved).toEqual([{ reason, file: 'critical-datasets.yaml', line: 1, text: expect.stringMatching(text) }]);
    expect(report.datasets.map(({ tier }: { readonly tier: string }) => tier)).toEqual(['TIER_3', 'TIER_3']);
    const run = await scene.sf(...RUN, '--dry-run');
    expect(run).toMatchObject({ code: 0, err: expect.stringMatching(/critical-datasets\.yaml of repo/) });
    scene.remove();
  });

  it('counts where it is a file', async () => {
    const scene = stage.scene();
    scene.write('repo/critical-datasets.yaml', '[ds://gold/orders]\n');
    const report = JSON.parse((await scene.sf('scan', 'repo', '--format', 'json')).out);
    expect(report.datasets.map(({ tier }: { readonly tier: string }) => tier)).toEqual(['TIER_1', 'TIER_3']);
    scene.remove();
  });

  it('of the organisation must be a file too', async () => {
    const scene = stage.scene();
    scene.write('elsewhere.yaml', '[ds://gold/orders]\n');
    symlinkSync(scene.path('elsewhere.yaml'), scene.path('critical-datasets.yaml'));
    scene.write('org.yml', '{}\n');
    expect(await scene.sf(...SCAN_WITH)).toMatchObject({ code: 2, err: expect.stringMatching(/links are not followed/) });
    scene.remove();
  });
});

/** A fleet of two, in which orders is spoilt before the first run: refunds goes on all the same. */
type Spoilt = readonly [says: string, spoil: (scene: Scene) => void | Promise<void>, code: number, reason: RegExp];
const cut = (scene: Scene): void => truncateSync(scene.path(`${ORDERS}/dt=2026-02-03/part.parquet`), 600);
const asCsv =
  (bytes: string | Uint8Array) =>
  (scene: Scene): void => {
    rmSync(scene.path(ORDERS), { recursive: true });
    scene.write(`${ORDERS}/data.csv`, bytes);
    scene.write('repo/jobs/orders.py', job('"s3://acme/gold/orders/data.csv"', 'to_csv'));
    commitAll(scene);
  };
const spoiltDatasets: readonly Spoilt[] = [
  [
    'a Parquet file cut in half',
    cut,
    3,
    /"acme\/gold\/orders\/dt=2026-02-03\/part\.parquet" cannot be read as Parquet: it is cut off or damaged\. Write that partition again/,
  ],
  [
    'an empty Parquet file',
    (scene) => truncateSync(scene.path(`${ORDERS}/dt=2026-02-07/part.parquet`), 0),
    3,
    /dt=2026-02-07\/part\.parquet" cannot be read/,
  ],
  [
    'text named Parquet',
    (scene) => scene.write(`${ORDERS}/dt=2026-02-07/part.parquet`, 'a,b\n'),
    3,
    /dt=2026-02-07\/part\.parquet" cannot be read/,
  ],
  [
    'a damaged file with a name of 240 characters',
    (scene) => scene.write(`${ORDERS}/dt=2026-02-07/${'x'.repeat(240)}.parquet`, 'PAR1'),
    3,
    /xxx\.parquet" cannot be read/,
  ],
  [
    'files of two schemas in every partition',
    async (scene) => {
      for (const day of [1, 2, 3, 4, 5, 6, 7])
        await scene.query(`${ORDERS}/dt=2026-02-0${day}/more.parquet`, "SELECT 'a' AS id, 1 AS extra");
    },
    2,
    /files of orders\/dt=2026-02-07 do not agree.*"amount".*Write the newest partition again/,
  ],
  [
    'a link that leads out of the lake',
    (scene) => {
      renameSync(scene.path(`${ORDERS}/dt=2026-02-07`), scene.path('out'));
      symlinkSync(scene.path('out'), scene.path(`${ORDERS}/dt=2026-02-07`));
    },
    2,
    /orders\/dt=2026-02-07" of s3:\/\/acme\/gold\/orders does not lie inside the lake folder: it is a link/,
  ],
  [
    'a Delta table',
    (scene) => void mkdirSync(scene.path(`${ORDERS}/_delta_log`)),
    2,
    /is a Delta table, which is not read today\. Parquet, CSV/,
  ],
  [
    'CSV where the job writes Parquet',
    (scene) => {
      rmSync(scene.path(ORDERS), { recursive: true });
      scene.write(`${ORDERS}/part.csv`, 'a\n1\n');
    },
    2,
    /orders\/part\.csv" but no file named as Parquet is/,
  ],
  ['CSV with ragged rows', asCsv('a,b\n1,2\n3,4,5,6\n7\n'), 3, /data\.csv" cannot be read as CSV: its rows do not have the same number/],
  [
    'CSV in latin-1',
    asCsv(Buffer.from('a,b\n1,M\u00fcnchen\n2,x\n', 'latin1')),
    3,
    /data\.csv" cannot be read as CSV: it is not UTF-8 text\. Write it as UTF-8/,
  ],
  [
    "a branch with a person's commit",
    (scene) => {
      scene.git('checkout', '-qb', 'autopilot/gold/orders');
      scene.git('commit', '-q', '--allow-empty', '-m', 'mine');
      scene.git('checkout', '-q', 'main');
    },
    2,
    /The branch autopilot\/gold\/orders of repo holds a commit that this store did not write/,
  ],
];

describe.concurrent('one bad dataset of a fleet', () => {
  it.each(spoiltDatasets)('%s', async (_, spoil, code, reason) => {
    const scene = stage.scene();
    await spoil(scene);
    const before = scene.branches();
    const said = await scene.sf(...RUN, '--format', 'json');
    expect(said.code).toBe(code);
    const [orders, refunds] = JSON.parse(said.out).datasets;
    expect(orders).toMatchObject({
      dataset_urn: 'ds://gold/orders',
      current_step: 'ESCALATED',
      problem: { kind: code === 2 ? 'usage' : 'world' },
    });
    expect(orders.reason).toMatch(reason);
    expect(refunds).toMatchObject({ dataset_urn: 'ds://gold/refunds', current_step: 'POLICY_PENDING' });
    expect(scene.branches()).toEqual([...before, 'autopilot/gold/refunds'].toSorted());
    expect(scene.git('status', '--porcelain')).toBe('');
    scene.remove();
  });

  it('goes on after its file was mended', async () => {
    const scene = stage.scene();
    const part = `${ORDERS}/dt=2026-02-03/part.parquet`;
    cpSync(scene.path(part), scene.path('whole'));
    cut(scene);
    const said = await scene.sf(...RUN);
    expect(said.out).toMatch(/ds:\/\/gold\/orders .* ESCALATED[\s\S]*ds:\/\/gold\/orders: "acme.*then profile again/);
    cpSync(scene.path('whole'), scene.path(part));
    expect((await scene.sf('bootstrap', 'retry', '--urn', 'ds://gold/orders', '--now', NOW)).code).toBe(0);
    expect(scene.state('ds://gold/orders')).toBe('POLICY_PENDING');
    scene.remove();
  });
});

/** Three files wait on orders' branch; then something happens to the branch, the repository, the lake or the store. */
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
    /No job in these repositories writes ds:\/\/gold\/none/,
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

describe.concurrent('what is odd, and no error', () => {
  const odd: readonly (readonly [string, (scene: Scene) => void | Promise<void>, readonly string[], RegExp])[] = [
    [
      'a bare repository is read at its newest commit',
      (scene) => {
        scene.git('clone', '-q', '--bare', '.', '../bare.git');
      },
      ['scan', 'bare.git'],
      /ds:\/\/gold\/orders/,
    ],
    [
      'a bare repository is taken on',
      (scene) => {
        scene.git('clone', '-q', '--bare', '.', '../bare.git');
      },
      ['bootstrap', 'run', 'bare.git', '--data', 'lake', '--now', NOW],
      /gold\/orders .* POLICY_PENDING/,
    ],
    ['a detached HEAD', (scene) => void scene.git('checkout', '-q', '--detach'), RUN, /gold\/orders .* POLICY_PENDING/],
    [
      'a shallow clone',
      (scene) => {
        scene.git('commit', '-q', '--allow-empty', '-m', 'x');
        scene.git('clone', '-q', '--depth', '1', `file://${scene.path('repo')}`, '../shallow');
      },
      ['bootstrap', 'run', 'shallow', '--data', 'lake', '--now', NOW],
      /gold\/orders .* POLICY_PENDING/,
    ],
    ['an empty folder', (scene) => void mkdirSync(scene.path('plain')), ['scan', 'plain'], /No datasets found/],
    [
      'owners without a CODEOWNERS',
      (scene) => unlinkSync(scene.path('repo/CODEOWNERS')),
      ['owners', 'repo', 'a.py'],
      /nobody {2}\(there is no CODEOWNERS file\)/,
    ],
    [
      'an invalid line of CODEOWNERS',
      (scene) => scene.write('repo/CODEOWNERS', '* @acme/data\n[oops\n'),
      ['scan', 'repo'],
      /CODEOWNERS:2 +invalid-codeowners-line/,
    ],
    [
      'files that are no Python, too large or empty',
      (scene) => {
        scene.write('repo/jobs/utf16.py', Buffer.from(job('"s3://x/y"'), 'utf16le'));
        scene.write('repo/jobs/empty.py', '');
        scene.write('repo/x.ipynb', '{"cells": ["to_parquet"');
        scene.write('repo/jobs/big.py', `df.to_parquet("s3://acme/gold/big")\n${'x = 1\n'.repeat(500_000)}`);
      },
      ['scan', 'repo'],
      /jobs\/big\.py:1 +too-large[\s\S]*2 datasets/,
    ],
    [
      'a dbt project that cannot be read',
      (scene) => {
        scene.write('repo/dbt/dbt_project.yml', 'name: [x');
        scene.write('repo/dbt/models/a.sql', '{{ config( }} select');
      },
      ['scan', 'repo'],
      /ds:\/\/gold\/orders/,
    ],
    [
      'a partition with another schema is left out and named',
      (scene) => scene.query(`${ORDERS}/dt=2026-02-03/part.parquet`, "SELECT 'a' AS amount, 1 AS extra"),
      ['profile', 's3://acme/gold/orders', '--data', 'lake'],
      /left out +dt=2026-02-03: another schema than the newest partition: lacks "id", has "extra" more/,
    ],
    [
      'Parquet without an extension',
      (scene) => {
        for (const day of [1, 2, 3, 4, 5, 6, 7])
          renameSync(scene.path(`${ORDERS}/dt=2026-02-0${day}/part.parquet`), scene.path(`${ORDERS}/dt=2026-02-0${day}/part-0`));
      },
      ['profile', 's3://acme/gold/orders', '--data', 'lake', '--as', 'parquet'],
      /2121 rows in 7 partitions/,
    ],
    [
      'a place with a part that nobody knows is not started',
      (scene) => {
        scene.write(
          'repo/jobs/orders.py',
          `import os\nimport pandas as pd\nbucket = os.environ["BUCKET"]\npd.read_json("x").to_parquet(f"s3://{bucket}/gold/orders")\n`,
        );
        commitAll(scene);
      },
      RUN,
      /not started, since parts of their place are not known[\s\S]*s3:\/\/\{BUCKET\}\/gold\/orders \(jobs\/orders\.py:4\)/,
    ],
    ['a dry run', nothing, [...RUN, '--dry-run'], /Would be started \(nothing was written\)[\s\S]*ds:\/\/gold\/orders/],
  ];
  it.each(odd)('%s', async (_, make, args, out) => {
    const scene = stage.scene();
    await make(scene);
    const said = await scene.sf(...args);
    expect(said).toMatchObject({ code: 0, err: '' });
    expect(said.out).toMatch(out);
    if (!args.includes('run') || args.includes('--dry-run')) expect(existsSync(scene.path('home'))).toBe(false);
    scene.remove();
  });

  it('a table without rows: nothing is claimed, volume and certification wait', async () => {
    const scene = stage.scene();
    for (const day of [1, 2, 3, 4, 5, 6, 7])
      await scene.query(`${ORDERS}/dt=2026-02-0${day}/part.parquet`, 'SELECT 1 AS id, 2.5 AS amount WHERE false');
    expect((await scene.sf(...RUN)).out).toMatch(/gold\/orders .* LOW .* POLICY_PENDING/);
    const baseline = JSON.parse(readFileSync(scene.path('home/objects/datasets/gold/orders/baseline.json'), 'utf8'));
    expect(baseline).toMatchObject({ profiling_metadata: { is_synthetic: true, total_rows_sampled: 0 } });
    expect(baseline.schema).toBeUndefined();
    expect(readFileSync(scene.path('home/objects/datasets/gold/orders/pull_request.md'), 'utf8')).toContain('holds not one row yet');
    expect(baseline.volume?.alerting).not.toBe('on');
    const said = await scene.sf(...AGAIN);
    expect(said.out).toMatch(/gold\/orders .* CERT_DEFERRED[\s\S]*the files at s3:\/\/acme\/gold\/orders hold no row yet/);
    scene.remove();
  });

  it('dated CSV files: a head alone claims nothing, a new layout on the newest day asks a person', async () => {
    const scene = stage.scene();
    scene.write('repo/jobs/heads.py', job('f"s3://acme/gold/heads/dt={ds}/x.csv"', 'to_csv'));
    scene.write('repo/jobs/moved.py', job('f"s3://acme/gold/moved/dt={date}/moved.csv"', 'to_csv'));
    for (const day of [1, 2, 3, 4, 5, 6]) {
      scene.write(`lake/acme/gold/heads/dt=2026-02-0${day}/x.csv`, 'id,name\n');
      scene.write(`lake/acme/gold/moved/dt=2026-02-0${day}/moved.csv`, day < 6 ? 'id\n1\n2\n' : 'id,reason\n1,late\n');
    }
    commitAll(scene);
    const table = (await scene.sf(...RUN)).out;
    expect(table).toMatch(/ds:\/\/gold\/heads .* LOW .* POLICY_PENDING/);
    expect(table).toMatch(/ds:\/\/gold\/moved .* POLICY_PENDING/);
    const body = (name: string) => readFileSync(scene.path(`home/objects/datasets/gold/${name}/pull_request.md`), 'utf8');
    expect(body('heads')).toContain('What lies at `s3://acme/gold/heads/` holds not one row yet');
    expect(body('moved')).toContain('alarm on 5 of the 6 partitions they were made from');
    const said = await scene.sf(...AGAIN);
    expect(said.out).toMatch(/gold\/heads .* CERT_DEFERRED/);
    expect(said.out).toMatch(/gold\/moved .* POLICY_PENDING/);
    scene.remove();
  });

  it('a reader that stops early', async () => {
    const scene = stage.scene();
    scene.write('repo/jobs/many.py', Array.from({ length: 400 }, (_, i) => job(`"s3://acme/gold/many_${i}"`)).join(''));
    const child = spawn('bash', ['-c', `node "$0" scan repo --format json | head -1; echo "\${PIPESTATUS[0]}"`, SF], { cwd: scene.folder });
    const seen = { text: '' };
    child.stdout.on('data', (chunk) => {
      seen.text += String(chunk);
    });
    child.stderr.on('data', (chunk) => {
      seen.text += String(chunk);
    });
    await new Promise((resolve) => child.on('close', resolve));
    expect(seen.text).toBe('{\n0\n');
    scene.remove();
  });

  it('an interrupted run: nothing is lost, the same command goes on', async () => {
    const scene = stage.scene();
    const child = spawn(process.execPath, [SF, ...RUN], {
      cwd: scene.folder,
      env: { ...process.env, SF_HOME: scene.path('home') },
      stdio: 'ignore',
    });
    const ended = new Promise((resolve) => child.on('close', (code) => resolve(code)));
    while (!existsSync(scene.path('home/objects/fleet.json'))) await new Promise((resolve) => setTimeout(resolve, 10));
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(scene.git('status', '--porcelain')).toBe('');
    expect(await scene.sf(...RUN)).toMatchObject({ code: 0, err: '' });
    expect(scene.state('ds://gold/orders')).toBe('POLICY_PENDING');
    scene.remove();
  });
});

describe.concurrent('help', () => {
  const commands = [
    '',
    'scan',
    'owners',
    'profile',
    'policy',
    'policy verify',
    'demo',
    'bootstrap',
    ...['run', 'init', 'approve', 'status', 'retry', 'cancel'].map((each) => `bootstrap ${each}`),
  ];
  it.each(commands)('sf %s --help has an example', async (command) => {
    const scene = stage.scene();
    const said = await scene.sf(...command.split(' ').filter((word) => word !== ''), '--help');
    expect(said).toMatchObject({ code: 0, err: '' });
    expect(said.out).toMatch(new RegExp(`Examples?:\\n +(?:\\$ )?sf ${command}`));
    scene.remove();
  });
});
