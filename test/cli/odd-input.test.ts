/** §14.1 what is odd, and no error. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, unlinkSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { AGAIN, commitAll, job, makeStage, NOW, nothing, ORDERS, RUN, type Scene, SF, type Stage } from './bad-input-scene.js';

// A busy machine must not make a row fail.
vi.setConfig({ maxConcurrency: 2, testTimeout: 120_000 });

let stage: Stage;
beforeAll(async () => {
  stage = await makeStage();
});
afterAll(() => stage.remove());

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
      'owners of a path as a shell completes it',
      (scene) => scene.write('repo/CODEOWNERS', '* @acme/data\n/jobs/ @acme/jobs\n'),
      ['owners', 'repo', './jobs/orders.py', 'jobs//orders.py', 'jobs/../x.py'],
      /^jobs\/orders\.py {2}@acme\/jobs .*\njobs\/orders\.py {2}@acme\/jobs .*\nx\.py {2}@acme\/data /,
    ],
    [
      'an invalid line of CODEOWNERS',
      (scene) => scene.write('repo/CODEOWNERS', '* @acme/data\n[oops\n'),
      ['scan', 'repo'],
      /CODEOWNERS:2 +invalid-codeowners-line/,
    ],
    [
      'files in UTF-16, too large or empty',
      (scene) => {
        scene.write('repo/jobs/utf16.py', Buffer.from(job('"s3://x/y"'), 'utf16le'));
        scene.write('repo/jobs/empty.py', '');
        scene.write('repo/x.ipynb', '{"cells": ["to_parquet"');
        scene.write('repo/jobs/big.py', `df.to_parquet("s3://acme/gold/big")\n${'x = 1\n'.repeat(500_000)}`);
      },
      ['scan', 'repo'],
      /ds:\/\/x\/y .*jobs\/utf16\.py:\d+[\s\S]*jobs\/big\.py:1 +too-large[\s\S]*3 datasets/,
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

  it('a folder that is named twice is scanned once', async () => {
    const scene = stage.scene();
    const said = await scene.sf('scan', 'repo', './repo/', '--format', 'json');
    expect(said).toMatchObject({ code: 0, err: 'sf: A folder that is named twice is scanned once.\n' });
    expect(JSON.parse(said.out).datasets).toHaveLength(2);
    scene.remove();
  });

  it('a folder inside a repository is scanned, and what that leaves out is said', async () => {
    const scene = stage.scene();
    const part = await scene.sf('scan', 'repo/jobs');
    expect(part).toMatchObject({ code: 0, out: expect.stringMatching(/ds:\/\/gold\/orders .* unowned/) });
    expect(part.err).toMatch(
      /repo\/jobs is a folder inside the repository .*\/repo\. CODEOWNERS, schedules .* Name the whole repository: .*\/repo\n$/,
    );
    expect((await scene.sf('scan', 'repo')).err).toBe('');
    scene.write('repo/.gitignore', 'cloned/\n');
    scene.write('repo/cloned/orders.py', job('"s3://acme/gold/orders"'));
    expect((await scene.sf('scan', 'repo/cloned')).err).toBe('');
    scene.remove();
  });

  it('owners of an absolute path inside the repository, through a link too', async () => {
    const scene = stage.scene();
    scene.write('repo/CODEOWNERS', '* @acme/data\n/jobs/ @acme/jobs\n');
    symlinkSync(scene.path('repo'), scene.path('linked'));
    for (const folder of ['repo', 'linked'])
      for (const path of ['repo/jobs/orders.py', 'linked/jobs/orders.py'].filter(
        (each) => folder === 'linked' || !each.startsWith('linked'),
      ))
        expect((await scene.sf('owners', folder, scene.path(path))).out).toMatch(/^jobs\/orders\.py {2}@acme\/jobs /);
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
