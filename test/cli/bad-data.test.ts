import { cpSync, mkdirSync, renameSync, rmSync, symlinkSync, truncateSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { commitAll, job, LATER, makeStage, NOW, ORDERS, RUN, type Scene, type Stage } from './bad-input-scene.js';

// A busy machine must not make a row fail.
vi.setConfig({ maxConcurrency: 2, testTimeout: 120_000 });

let stage: Stage;
beforeAll(async () => {
  stage = await makeStage();
});
afterAll(() => stage.remove());

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

  it('is no fault of a command about another one', async () => {
    const scene = stage.scene();
    cut(scene);
    expect((await scene.sf(...RUN)).out).toMatch(/ESCALATED begins again with `sf bootstrap retry --urn URN`/);
    const refunds = ['--urn', 'ds://gold/refunds', '--now', LATER];
    const approve = (name: string) => scene.sf('bootstrap', 'approve', ...refunds, '--as', name);
    expect((await scene.sf('bootstrap', 'init', '--urn', 'ds://gold/refunds', '--now', NOW)).code).toBe(0);
    expect((await scene.sf('bootstrap', 'init', '--urn', 'ds://gold/orders', '--now', NOW)).code).toBe(3);
    const first = await approve('ada');
    expect(first).toMatchObject({ code: 0, out: expect.not.stringMatching(/already/) });
    expect(await approve('ada')).toMatchObject({ code: 0, out: expect.stringMatching(/refunds is approved by ada at \S+ already/) });
    expect(await approve('bo')).toMatchObject({ code: 1, err: expect.stringMatching(/is SIGNAL_READY, already approved by ada at/) });
    scene.remove();
  });

  it('does not hide that no data is found for the others', async () => {
    const scene = stage.scene();
    scene.write('repo/jobs/out.py', job('"/srv/export/gold/out"'));
    scene.write('empty/README', '');
    commitAll(scene);
    const said = await scene.sf('bootstrap', 'run', 'repo', '--data', 'empty', '--now', NOW);
    expect(said.out).toMatch(/Please check: no data was found for any of the 3 datasets under .*empty;/);
    expect(said.out).toMatch(/"\/srv\/export\/gold\/out" does not lie inside the lake folder\. Name a place below it/);
    scene.remove();
  });
});

/** Three files wait on orders' branch; then something happens to the branch, the repository, the lake or the store. */
