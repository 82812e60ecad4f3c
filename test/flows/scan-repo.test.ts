/** A folder and a commit of the same files say the same; a second scan parses nothing; workers say what this process says. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { gatherDatasets } from '../../analyzers/datasets.js';
import { placeKey } from '../../analyzers/places.js';
import { factsText } from '../../analyzers/syntax/extract.js';
import type { ParsePython } from '../../analyzers/syntax/node.js';
import { scanReport } from '../../generators/scan-report.js';
import { openGitSource } from '../../src/adapters/git/git-source.js';
import { openHcl } from '../../src/adapters/hcl.js';
import { NO_CACHE, openFactsCache } from '../../src/adapters/local/facts-cache.js';
import { openFolderSource } from '../../src/adapters/local/folder-source.js';
import { openJinja } from '../../src/adapters/minijinja/engine.js';
import { pythonReader } from '../../src/adapters/tree-sitter/read-python.js';
import { printScan } from '../../src/cli/scan.js';
import { ScanReport } from '../../src/core/artifacts/scan-report.js';
import type { RepoFacts } from '../../src/core/facts.js';
import { DEFAULT_SETTINGS } from '../../src/core/settings.js';
import { scanRepository } from '../../src/flows/scan-repo.js';
import { openTypeScript } from '../../src/main/read-typescript.js';
import type { FactsCache, RepoSource } from '../../src/ports.js';

const FILES: Readonly<Record<string, string>> = {
  'lib/io.py': 'def publish(df, name):\n    df.write.mode("overwrite").parquet(f"s3a://shop/gold/{name}")\n',
  'jobs/orders.py': 'from lib.io import publish\n\npublish(build(), "orders")\n',
  'jobs/report.py': 'orders = spark.read.parquet("s3://shop/gold/orders/")\norders.write.parquet(target())\n',
  'notes.txt': 'df.write.parquet("s3://no/python")\n',
  'node_modules/x/setup.py': 'df.write.parquet("s3://not/ours")\n',
  '.github/CODEOWNERS': '/jobs/ @shop/data\n',
};

function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const root = mkdtempSync(join(tmpdir(), 'sf-scan-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

function scanOf(source: RepoSource, facts: FactsCache = NO_CACHE, readPython = pythonReader().read): Promise<RepoFacts> {
  return scanRepository(source, {
    facts,
    readPython,
    openJinja,
    parseHcl: openHcl(),
    readTypeScript: openTypeScript(),
  });
}

/** The same source, and the paths of what is read of it. */
function countedReads(source: RepoSource): { readonly counted: RepoSource; readonly read: readonly string[] } {
  const read: string[] = [];
  const counted: RepoSource = {
    ...source,
    async *read(files) {
      for await (const file of source.read(files)) {
        read.push(file.path);
        yield file;
      }
    },
  };
  return { counted, read };
}

function repository(): string {
  const root = folderOf(FILES);
  symlinkSync('/etc/hosts', join(root, 'jobs/link.py'));
  const git = (...args: string[]): void =>
    void execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: root, stdio: 'ignore' });
  git('init', '-q');
  git('add', '--', ...Object.keys(FILES).filter((path) => !path.startsWith('node_modules')), 'jobs/link.py');
  git('commit', '-q', '-m', 'first');
  return root;
}

describe('scanning a repository', () => {
  it('names the settings that a program reads and nobody can', async () => {
    const job =
      'import json\nimport yaml\n\nconf = json.load(open("conf/a.json"))\nmore = yaml.safe_load(open("conf/b.yaml"))\ndf.write.parquet(conf["path"])\n';
    const root = folderOf({
      'job.py': job,
      'conf/a.json': '{"path": ',
      'conf/b.yaml': 'a: [1',
      'conf/other.json': '{',
      '.vscode/a.json': '{ // a note\n}',
      'tests/b.yaml': 'a: [1',
      'chart/b.yaml': 'a: {{ .Values.a }}\nb: [1',
    });
    const { unresolved } = await scanOf(await openFolderSource(root));
    expect(unresolved.map(({ file, reason }) => `${file} ${reason}`)).toEqual([
      'conf/a.json broken-json',
      'conf/b.yaml broken-yaml',
      'job.py dynamic-target',
    ]);
  });

  it('says which helper is called in more files than are read for it', async () => {
    const callers = Array.from({ length: 201 }, (_, index) => [
      `jobs/j${index}.py`,
      `from lib.io import publish\npublish(x, "t${index}")\n`,
    ]);
    const root = folderOf({ 'lib/io.py': FILES['lib/io.py'] ?? '', ...Object.fromEntries(callers) });
    const { writes, unresolved } = await scanOf(await openFolderSource(root));
    expect(writes.map(({ targets }) => targets)).toEqual([['s3a://shop/gold/{name}']]);
    expect(unresolved.filter(({ reason }) => reason === 'too-many-values')).toEqual([
      {
        file: 'lib/io.py',
        line: 1,
        reason: 'too-many-values',
        text: 'publish may be called in 201 more files, none of which was read for it',
      },
    ]);
  });

  it('says the same whatever was cut or changed in the cache', async () => {
    const root = repository();
    const open = () => openGitSource(join(root, '.git'));
    const facts = openFactsCache(join(mkdtempSync(join(tmpdir(), 'sf-cache-')), 'facts.sqlite'), (line) => expect.unreachable(line));
    const { files: _, ...whole } = await scanOf(await open(), facts);
    const kinds = ['scan/', 'links/', 'wanted/', 'py/', 'quiet/'];
    const changes: readonly ((value: string) => string)[] = [
      (value) => value.slice(0, value.length / 2),
      (value) => value.slice(0, 1),
      () => '{}',
      (value) => value.replace('s3a://shop', 's3a://else'),
    ];
    for (const kind of kinds)
      for (const change of changes) {
        const touched = (key: string, value: string): string => (key.startsWith(kind) ? change(value) : value);
        // What was kept whole would hide all that is below it.
        const load: FactsCache['load'] = (keys) =>
          new Map(
            [...facts.load(keys.filter((key) => kind === 'scan/' || !key.startsWith('scan/')))].map(([key, value]) => [
              key,
              touched(key, value),
            ]),
          );
        const { files: __, ...again } = await scanOf(await open(), { ...facts, load, save: () => undefined });
        // Facts of one file that are whole are taken as they are: nobody gains by changing his own.
        if (kind !== 'py/' || !change('s3a://shop').includes('else')) expect(again, `${kind} ${change}`).toEqual(whole);
      }
  });

  it('reads what tells nothing once, and again when it changes', async () => {
    const root = repository();
    const facts = openFactsCache(join(mkdtempSync(join(tmpdir(), 'sf-cache-')), 'facts.sqlite'), (line) => expect.unreachable(line));
    const commit = (files: Readonly<Record<string, string>>): void => {
      for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), text);
      execFileSync('git', ['add', '.'], { cwd: root, stdio: 'ignore' });
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-q', '-m', 'next'], { cwd: root, stdio: 'ignore' });
    };
    const scan = async (): Promise<{ readonly read: readonly string[]; readonly schedules: number }> => {
      const source = await openGitSource(join(root, '.git'));
      const { read, counted } = countedReads(source);
      const found = await scanOf(counted, facts);
      return { read, schedules: found.schedules.length };
    };
    commit({ 'a.yaml': 'a: 1\n', 'b.sql': 'select 1\n' });
    expect((await scan()).read).toEqual(expect.arrayContaining(['a.yaml', 'b.sql']));
    commit({ 'c.yaml': 'c: 1\n' });
    expect(await scan()).toMatchObject({ schedules: 0, read: expect.not.arrayContaining(['a.yaml']) });
    commit({
      'a.yaml': 'apiVersion: batch/v1\nkind: CronJob\nmetadata: { name: a }\nspec: { schedule: "0 6 * * *", jobTemplate: {} }\n',
    });
    expect(await scan()).toMatchObject({ schedules: 1, read: expect.arrayContaining(['a.yaml']) });
  });

  it('keeps nothing of a file that a worker was ended at: the next scan reads it', async () => {
    const source = await openGitSource(join(repository(), '.git'));
    const facts = openFactsCache(join(mkdtempSync(join(tmpdir(), 'sf-cache-')), 'facts.sqlite'), (line) => expect.unreachable(line));
    const workerFile = join(mkdtempSync(join(tmpdir(), 'sf-worker-')), 'worker.mjs');
    writeFileSync(
      workerFile,
      "import { parentPort } from 'node:worker_threads';\nparentPort.on('message', () => {\n  for (;;);\n});\nparentPort.postMessage('ready');",
    );
    const busy = pythonReader({ workersFrom: 0, workerFile: pathToFileURL(workerFile), silenceMs: 100 });
    const late = await scanOf(source, facts, busy.read);
    await busy.close();
    expect(late.writes).toEqual([]);
    expect(late.unresolved.map(({ reason }) => reason)).toContain('parse-timeout');
    const whole = await scanOf(source, facts);
    expect(whole.writes).toHaveLength(2);
    expect((await scanOf(source, facts)).files).toMatchObject({ parsed: 0, cached: 3 });
  });

  it('keeps nothing of a file that the scanner failed on: the next scan reads it', async () => {
    const source = await openGitSource(join(repository(), '.git'));
    const facts = openFactsCache(join(mkdtempSync(join(tmpdir(), 'sf-cache-')), 'facts.sqlite'), (line) => expect.unreachable(line));
    const failing: ParsePython = () => {
      throw new RangeError('Maximum call stack size exceeded');
    };
    const failed = await scanOf(source, facts, async (jobs) => jobs.map((job) => factsText(job, failing)));
    expect(failed.unresolved.map(({ reason }) => reason)).toContain('scan-fault');
    const whole = await scanOf(source, facts);
    expect(whole.unresolved.map(({ reason }) => reason)).toEqual(['dynamic-target']);
    expect(whole.writes).toHaveLength(2);
    expect((await scanOf(source, facts)).files).toMatchObject({ parsed: 0, cached: 3 });
  });

  it('keeps no scan in which the scanner failed while it linked a file: the next scan links it', async () => {
    const source = await openGitSource(join(repository(), '.git'));
    const facts = openFactsCache(join(mkdtempSync(join(tmpdir(), 'sf-cache-')), 'facts.sqlite'), (line) => expect.unreachable(line));
    const { files: _, ...whole } = await scanOf(source, facts);
    // Nothing is known of the scan before, and the calls of no file can be had.
    const withoutCalls = (text: string) => text.replace(/^((?:.*\n){5})\[/, '$1?');
    const load: FactsCache['load'] = (keys) => {
      const known = [...facts.load(keys.filter((key) => !/^(?:scan|links)\//.test(key)))];
      return new Map(known.map(([key, value]) => [key, key.startsWith('py/') ? withoutCalls(value) : value]));
    };
    const failed = await scanOf(source, { ...facts, load });
    expect(failed.unresolved.map(({ reason }) => reason)).toContain('scan-fault');
    const { files: __, ...again } = await scanOf(source, facts);
    expect(again).toEqual(whole);
  });

  it('says the same for the folder and for its commit, and parses nothing twice', async () => {
    const root = repository();
    const facts = openFactsCache(join(mkdtempSync(join(tmpdir(), 'sf-cache-')), 'facts.sqlite'), (line) => expect.unreachable(line));
    const folder = await scanOf(await openFolderSource(root), facts);
    const commit = await scanOf(await openGitSource(join(root, '.git')), facts);

    expect(folder.commit).toMatch(/^[0-9a-f]{40}$/);
    expect(commit.commit).toBe(folder.commit);
    expect(folder.writes.map(({ file, line, targets }) => [file, line, ...targets])).toEqual([
      ['jobs/orders.py', 3, 's3a://shop/gold/orders'],
      ['jobs/report.py', 2, '{target}'],
    ]);
    expect(commit.writes).toEqual(folder.writes);
    expect(folder.files.parsed).toBe(3);
    expect(commit.files).toMatchObject({ parsed: 0, cached: 3 });
    expect(folder.unresolved).toEqual([
      { file: 'jobs/report.py', line: 2, reason: 'dynamic-target', text: 'orders.write.parquet(target())' },
    ]);
  });

  it('reads nothing of a commit whose files are those of the last scan, unless another build made it', async () => {
    const root = repository();
    const place = join(mkdtempSync(join(tmpdir(), 'sf-cache-')), 'facts.sqlite');
    const scan = async (build: string) => {
      const source = await openGitSource(join(root, '.git'));
      const facts = openFactsCache(place, (line) => expect.unreachable(line), build);
      const { read, counted } = countedReads(source);
      const { files, ...found } = await scanOf(counted, facts);
      facts.close();
      return { read: read.length, files, found };
    };
    const first = await scan('a');
    const again = await scan('a');
    expect(again).toEqual({ read: 0, files: { seen: first.files.seen, parsed: 0, cached: 3 }, found: first.found });
    writeFileSync(join(root, 'jobs/report.py'), 'df.write.parquet("s3://shop/gold/report")\n');
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-aqm', 'second'], { cwd: root });
    const changed = await scan('a');
    expect(changed.found.writes.map(({ targets }) => targets)).toEqual([['s3a://shop/gold/orders'], ['s3://shop/gold/report']]);
    expect(changed.files.parsed).toBe(1);
    const other = await scan('b');
    expect({ parsed: other.files.parsed, found: other.found }).toEqual({ parsed: 3, found: changed.found });
  });

  it('parses the same bytes once, though they lie in more batches than one', async () => {
    const root = mkdtempSync(join(tmpdir(), 'sf-same-'));
    for (let index = 0; index < 200; index++) writeFileSync(join(root, `job${index}.py`), 'import pandas\npandas.read_csv("a.csv")\n');
    const facts = openFactsCache(join(mkdtempSync(join(tmpdir(), 'sf-cache-')), 'facts.sqlite'), (line) => expect.unreachable(line));
    const scanned = await scanOf(await openFolderSource(root), facts);
    expect(scanned.files).toEqual({ seen: 200, parsed: 1, cached: 199 });
  });

  it('gathers the dataset with its reader and its owner, and prints a valid report', async () => {
    const scanned = await scanOf(await openFolderSource(repository()));
    const [dataset, ...others] = gatherDatasets([scanned], DEFAULT_SETTINGS);

    expect(others).toEqual([]);
    expect(dataset).toMatchObject({
      target: 's3a://shop/gold/orders',
      format: 'parquet',
      consumers: [`${scanned.repository}:jobs/report.py`],
      owners: { teams: ['@shop/data'], source: 'codeowners', at: { file: '.github/CODEOWNERS', line: 1 } },
    });
    expect(ScanReport.parse(scanReport(scanned, [])).writes).toHaveLength(2);
    expect(printScan([scanned], [])).toContain('jobs/report.py:2');
  });
});

it('reads what its jobs import, and what a name leads to through those that hand it on, and nothing else', async () => {
  const files = {
    'jobs/orders.py': 'from lib import GOLD\nfrom lib.unused import nothing\ndf.write.parquet(f"{GOLD}/orders")\n',
    'lib/__init__.py': 'from .places import GOLD\nfrom .unused import nothing\n',
    'lib/places.py': 'from .roots import ROOT\nGOLD = ROOT + "/gold"\n',
    'lib/roots.py': 'ROOT = "s3://shop"\n',
    'lib/unused.py': 'def nothing(): pass\n',
    'lib/alone.py': 'from lib.roots import ROOT\n',
  };
  const root = folderOf(files);
  const scanned = await scanOf(await openFolderSource(root));
  expect(scanned.writes.map(({ targets }) => targets)).toEqual([['s3://shop/gold/orders']]);
  expect(scanned.files).toEqual({ seen: 6, parsed: 5, cached: 0 });
});

it.each([
  ['s3a://shop/gold/orders/', 's3://shop/gold/orders'],
  ['s3://Shop/gold/orders', 's3://Shop/gold/orders'],
  ['s3://shop/gold/orders/dt={day}/hour=1', 's3://shop/gold/orders'],
  ['s3://{bucket}//orders/*.parquet', 's3://{}/orders'],
  ['`Gold`.`orders`', 'gold.orders'],
])('%s is the place %s', (target, key) => expect(placeKey(target, DEFAULT_SETTINGS)).toBe(key));

/** Files that somebody broke: each is one row with its place, and the report counts them. */
const BROKEN: readonly (readonly [says: string, files: Readonly<Record<string, string>>, row: object])[] = [
  [
    'a Python job with a syntax error',
    { 'jobs/broken.py': 'import pandas as pd\n\ndef load(:\n    df.to_csv("s3://shop/gold/orders.csv")\n' },
    { file: 'jobs/broken.py', line: 3, reason: 'parse-error', text: 'def load(:' },
  ],
  [
    'one whose bracket is never closed',
    { 'jobs/open.py': 'import pandas as pd\npd.concat(a).to_csv("s3://shop/gold/orders.csv"\n' },
    { file: 'jobs/open.py', line: 2, reason: 'parse-error' },
  ],
  [
    'a notebook that was cut off',
    { 'nb/cut.ipynb': '{"cells": [\n{"cell_type": "code", "source": ["df.to_csv(\\"s3://shop/gold/x.csv\\")"' },
    { file: 'nb/cut.ipynb', line: 2, reason: 'broken-json' },
  ],
  [
    'a project file that is no YAML',
    { 'dbt/dbt_project.yml': 'name: shop\nmodels: [a, b\nvars: {', 'dbt/models/orders.sql': 'select 1' },
    { file: 'dbt/dbt_project.yml', reason: 'broken-yaml' },
  ],
  [
    'a project file that names no project',
    { 'dbt/dbt_project.yml': 'version: 2\n', 'dbt/models/orders.sql': 'select 1' },
    { file: 'dbt/dbt_project.yml', line: 1, reason: 'broken-yaml' },
  ],
  [
    'the packages of a project that is whole',
    { 'dbt/dbt_project.yml': 'name: shop\n', 'dbt/packages.yml': 'packages: [a, b\n' },
    { file: 'dbt/packages.yml', reason: 'broken-yaml' },
  ],
  [
    'a model file too large to be one',
    { 'dbt/dbt_project.yml': 'name: shop\n', 'dbt/models/huge.sql': `select 1 --${'x'.repeat(2_000_000)}\n` },
    { file: 'dbt/models/huge.sql', reason: 'too-large' },
  ],
];

describe('what cannot be read', () => {
  it.each(BROKEN)('%s', async (_says, files, row) => {
    const root = folderOf({ ...files, 'jobs/whole.py': 'df.to_csv("s3://shop/gold/whole.csv")\n' });
    const scanned = await scanOf(await openFolderSource(root));
    expect(scanned.unresolved).toEqual([expect.objectContaining(row)]);
    expect(ScanReport.parse(scanReport(scanned, [])).unresolved).toHaveLength(1);
    expect(printScan([scanned], [])).toContain('1 file could not be read, or not to the end');
    expect(printScan([scanned], [])).toMatch(/0 datasets, (?:1 write|2 writes), 0 dbt models, 0 reads; (?:1 file|\d+ files) seen/);
  });
});

describe('a folder that nobody can look into', () => {
  it('is named, and all others are read', async () => {
    const root = folderOf(FILES);
    // Longer than any path that the system takes; to whom may read everything, no rights forbid it.
    const deep = Array.from({ length: 20 }, () => 'deep'.repeat(60)).join('/');
    execFileSync('mkdir', ['-p', deep], { cwd: root });
    const isAllowed = process.getuid?.() === 0;
    mkdirSync(join(root, 'secret'), { mode: isAllowed ? 0o755 : 0o000 });
    try {
      const scanned = await scanOf(await openFolderSource(root));
      const rows = scanned.unresolved.filter(({ reason }) => reason === 'unreadable-file');
      const whole = await scanOf(await openFolderSource(folderOf(FILES)));
      expect(scanned.writes).toEqual(whole.writes);
      expect(rows.map(({ file, text }) => [file.slice(0, 7), /\((\w+)\)$/.exec(text)?.[1]])).toEqual([
        ...(isAllowed ? [] : [['secret/', 'EACCES']]),
        ['deepdee', 'ENAMETOOLONG'],
      ]);
      expect(ScanReport.parse(scanReport(scanned, [])).unresolved).toEqual(expect.arrayContaining(rows));
    } finally {
      execFileSync('rm', ['-rf', root]);
    }
  });
});

describe('what git ignores', () => {
  const IGNORING: Readonly<Record<string, string>> = {
    ...FILES,
    '.gitignore': '.demo/\n*.tmp.py\n/scratch\nforced.py\n',
    'jobs/.gitignore': 'local.py\n',
    '.demo/flight-lake/jobs/copy.py': '',
    '.demo/x.py': '',
    'scratch/a.py': '',
    'jobs/local.py': '',
    'jobs/draft.tmp.py': '',
    'jobs/new.py': '',
    'new/deep/new.py': '',
    'new/deep/draft.tmp.py': '',
    'forced.py': '',
    'vendored/own.py': '',
  };
  const made = (): string => {
    const root = repository();
    for (const [path, text] of Object.entries(IGNORING)) {
      mkdirSync(join(root, path, '..'), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    for (const args of [
      ['init', '-q', 'vendored'],
      ['init', '-q', '.demo/flight-lake'],
      ['add', '-f', 'forced.py'],
    ])
      execFileSync('git', args, { cwd: root, stdio: 'ignore' });
    return root;
  };
  const listed = async (folder: string) => (await (await openFolderSource(folder)).list()).map(({ path }) => path);

  it('is not read; what is untracked, or committed all the same, and a repository within are', async () => {
    expect(await listed(made())).toEqual([
      '.github/CODEOWNERS',
      '.gitignore',
      'forced.py',
      'jobs/.gitignore',
      'jobs/new.py',
      'jobs/orders.py',
      'jobs/report.py',
      'lib/io.py',
      'new/deep/new.py',
      'notes.txt',
      'vendored/own.py',
    ]);
  });

  it('counts in a folder of the work tree too, but not in one that is ignored and was named, nor where there is no git', async () => {
    const root = made();
    expect(await listed(join(root, 'jobs'))).toEqual(['.gitignore', 'new.py', 'orders.py', 'report.py']);
    expect(await listed(join(root, 'scratch'))).toEqual(['a.py']);
    expect(await listed(join(root, '.demo/flight-lake'))).toEqual(['jobs/copy.py']);
    const plain = mkdtempSync(join(tmpdir(), 'sf-plain-'));
    writeFileSync(join(plain, '.gitignore'), '*.py\n');
    writeFileSync(join(plain, 'a.py'), '');
    expect(await listed(plain)).toEqual(['.gitignore', 'a.py']);
  });
});
