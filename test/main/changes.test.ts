/** `sf scan --changed-since` on real git repositories: what is new, changed and gone, through imports, renames and uncommitted files; refusals. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { scanChanges } from '../../generators/scan-changes.js';
import { printChanges } from '../../src/cli/changes.js';
import { ScanChanges } from '../../src/core/artifacts/scan-changes.js';
import { ProblemError } from '../../src/core/problem.js';
import { changesIn } from '../../src/main/changes.js';

const FILES: Readonly<Record<string, string>> = {
  'common/settings.py': 'ROOT = "s3://shop/gold"\n',
  'jobs/orders.py': 'from common.settings import ROOT\norders.write.mode("overwrite").parquet(f"{ROOT}/orders")\n',
  'jobs/stock.py': 'stock.write.mode("append").parquet("s3://shop/gold/stock")\n',
  'jobs/returns.py': 'returns.write.parquet("s3://shop/gold/returns")\n',
  '.gitignore': 'build/\n',
};

const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

type Repository = {
  readonly root: string;
  readonly git: (...args: string[]) => string;
  readonly write: (path: string, text: string) => void;
};

function repository(files = FILES): Repository {
  const root = mkdtempSync(join(tmpdir(), 'sf-changes-'));
  made.push(root);
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', '-c', 'commit.gpgsign=false', ...args], {
      cwd: root,
      stdio: 'pipe',
    }).toString();
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  git('init', '-q', '-b', 'main');
  for (const [path, text] of Object.entries(files)) write(path, text);
  commit({ git });
  return { root, git, write };
}

function commit({ git }: Pick<Repository, 'git'>): void {
  git('add', '-A');
  git('commit', '-q', '-m', 'a step');
}

async function changes(root: string, ref = 'main'): Promise<ScanChanges> {
  const found = scanChanges(await changesIn({ folder: root, ref, orgConfig: undefined }, undefined, (line) => expect.unreachable(line)));
  expect(ScanChanges.parse(JSON.parse(JSON.stringify(found)))).toEqual(JSON.parse(JSON.stringify(found)));
  return found;
}

/** Each row as a short word: `+` new, `-` gone, and the fields that changed. */
function told({ datasets }: ScanChanges): string[] {
  return [
    ...datasets.new.map(({ storage }) => `+ ${storage.location}`),
    ...datasets.changed.flatMap(({ row, changes: fields, because_of }) =>
      fields.map(({ field }) => `${row.storage.location} ${field} by ${because_of.join(' ')}`),
    ),
    ...datasets.gone.map(({ storage }) => `- ${storage.location}`),
  ];
}

describe('what differs since a reference', () => {
  it('is nothing where nothing differs, lines that moved included', async () => {
    const { root, write } = repository();
    expect(told(await changes(root))).toEqual([]);

    write('jobs/stock.py', `# a remark\n\n${FILES['jobs/stock.py']}`);
    const moved = await changes(root);
    expect(moved.files).toEqual([{ path: 'jobs/stock.py', change: 'modified' }]);
    expect([told(moved), moved.writes.changed, moved.writes.new, moved.writes.gone]).toEqual([[], [], [], []]);
    expect(printChanges(moved)).toContain('No dataset is new, gone or changed.');
  });

  it('reaches through an import: the file of the write is the same', async () => {
    const { root, git, write } = repository();
    git('switch', '-q', '-c', 'work');
    write('common/settings.py', 'ROOT = "s3://shop/silver"\n');
    commit({ git });

    const found = await changes(root);
    expect(told(found)).toEqual(['+ s3://shop/silver/orders', '- s3://shop/gold/orders']);
    expect(
      found.writes.changed.map(({ row, changes: fields, because_of }) => [row.file, fields.map(({ field }) => field), because_of]),
    ).toEqual([['jobs/orders.py', ['targets'], ['common/settings.py']]]);
  });

  it('counts from the commit in common, so that what others did on the branch since is not ours', async () => {
    const { root, git, write } = repository();
    git('switch', '-q', '-c', 'work');
    write('jobs/new.py', 'new.write.parquet("s3://shop/gold/new")\n');
    commit({ git });
    git('switch', '-q', 'main');
    write('jobs/others.py', 'others.write.parquet("s3://shop/gold/others")\n');
    rmSync(join(root, 'jobs/stock.py'));
    commit({ git });
    git('switch', '-q', 'work');

    const found = await changes(root);
    expect(told(found)).toEqual(['+ s3://shop/gold/new']);
    expect(found.since).toBe(git('merge-base', 'main', 'work').trim());
  });

  it('sees the folder as it stands: uncommitted and new files, and none that git ignores', async () => {
    const { root, write } = repository();
    write('jobs/stock.py', 'stock.write.mode("overwrite").format("delta").save("s3://shop/gold/stock")\n');
    write('jobs/fresh.py', 'fresh.write.parquet("s3://shop/gold/fresh")\n');
    write('build/copy.py', 'copy.write.parquet("s3://shop/gold/copy")\n');

    const found = await changes(root);
    expect(told(found)).toEqual(['+ s3://shop/gold/fresh', 's3://shop/gold/stock storage.format by jobs/stock.py']);
    expect(printChanges(found)).toMatch(/new +ds:\S+fresh +at s3:\/\/shop\/gold\/fresh +jobs\/fresh\.py:1/);
  });

  it('takes a file that moved for the same file', async () => {
    const { root, git, write } = repository();
    git('switch', '-q', '-c', 'work');
    mkdirSync(join(root, 'pipelines'));
    renameSync(join(root, 'jobs/returns.py'), join(root, 'pipelines/returns.py'));
    write('.github/CODEOWNERS', 'jobs/stock.py @shop/stock\n');
    commit({ git });

    const found = await changes(root);
    expect(found.files).toContainEqual({ path: 'pipelines/returns.py', change: 'renamed', from: 'jobs/returns.py' });
    expect(told(found)).toEqual(['s3://shop/gold/stock owner_team by .github/CODEOWNERS']);
    expect([found.writes.new, found.writes.changed, found.writes.gone]).toEqual([[], [], []]);
  });

  it('says in words what a dataset has no row for: modes, schedules, models, and files that broke', async () => {
    const { root, git, write } = repository({
      ...FILES,
      'dags/daily.py':
        'from airflow import DAG\nfrom airflow.operators.bash import BashOperator\nwith DAG("daily", schedule="0 5 * * *"):\n    BashOperator(task_id="stock", bash_command="python jobs/stock.py")\n',
      'dbt/dbt_project.yml': 'name: shop\nprofile: shop\n',
      'dbt/models/sales.sql': "{{ config(materialized='table') }} select 1",
    });
    git('switch', '-q', '-c', 'work');
    write('jobs/stock.py', 'stock.write.mode("overwrite").parquet("s3://shop/gold/stock")\n');
    write('dags/daily.py', git('show', 'main:dags/daily.py').replace('0 5', '0 6'));
    write('CODEOWNERS', '/none/ @shop/none\n');
    const edited = printChanges(await changes(root));
    expect(edited).toMatch(/changed +jobs\/stock\.py:1 +mode: append → overwrite +jobs\/stock\.py/);
    expect(edited).toMatch(
      /changed +ds:\/\/gold\/stock +orchestration: airflow daily 0 5 \* \* \* stock → airflow daily 0 6 \* \* \* stock +dags\/daily\.py, jobs\/stock\.py\n/,
    );
    expect(edited).toMatch(/changed +airflow daily +schedule: 0 5 \* \* \* → 0 6 \* \* \* +dags\/daily\.py/);
    expect(edited).not.toMatch(/CODEOWNERS|Not understood|schedule_as_written/);

    write('dbt/models/sales.sql', "{{ config(materialized='view') }} select 1");
    expect(printChanges(await changes(root))).toMatch(/changed +model sales +materialized: table → view +dbt\/models\/sales\.sql/);

    write('dbt/dbt_project.yml', 'name: [shop\n');
    for (let each = 0; each < 11; each += 1) write(`jobs/broken${each}.yaml`, 'schedule: [\njobs: spark\n');
    const broken = printChanges(await changes(root));
    expect(broken).toMatch(/gone +\S*sales/);
    expect(broken).toMatch(/Not understood since:\nPLACE +REASON +CODE\ndbt\/dbt_project\.yml:\d+ +broken-yaml/);
  });

  it('reads the list of critical datasets of each time, in a bare repository too', async () => {
    const { root, git, write } = repository();
    git('switch', '-q', '-c', 'work');
    write('critical-datasets.yaml', '- ds://gold/stock\n');
    commit({ git });
    expect(told(await changes(root))).toContain('s3://shop/gold/stock tier by critical-datasets.yaml');

    const bare = `${root}.git`;
    made.push(bare);
    git('clone', '-q', '--bare', root, bare);
    expect(told(await changes(bare))).toContain('s3://shop/gold/stock tier by critical-datasets.yaml');
  });
});

describe('what cannot be compared', () => {
  it.each([
    ['a folder without git', () => mkdtempSync(join(tmpdir(), 'sf-plain-')), 'main', /is not in a git repository/],
    ['a reference nobody knows', () => repository().root, 'nowhere', /"nowhere" is no commit, branch or tag.*git fetch/],
    ['a reference that looks like an option', () => repository().root, '--all', /"--all" is no commit/],
    [
      'a folder inside a repository',
      () => join(repository().root, 'jobs'),
      'main',
      /is a folder inside the repository.*Name the whole repository/,
    ],
    ['a repository without a commit', () => emptyRepository(), 'main', /has no commit yet/],
    ['a history that has nothing in common', () => strangers(), 'other', /no commit in common.*--unshallow/],
  ])('%s', async (_says, folder, ref, words) => {
    const failure: unknown = await changes(folder(), ref).catch((error: unknown) => error);
    if (!(failure instanceof ProblemError)) throw failure;
    expect(failure.problem.kind).toBe('usage');
    expect(failure.message).toMatch(words);
  });
});

function emptyRepository(): string {
  const root = mkdtempSync(join(tmpdir(), 'sf-empty-'));
  made.push(root);
  execFileSync('git', ['init', '-q'], { cwd: root });
  return root;
}

function strangers(): string {
  const { root, git } = repository();
  git('switch', '-q', '--orphan', 'other');
  git('commit', '-q', '--allow-empty', '-m', 'another beginning');
  git('switch', '-q', 'main');
  return root;
}

describe('what a schedule starts', () => {
  it('is told by what it runs, also where only that was moved', async () => {
    const dag = (script: string): string =>
      `from airflow import DAG\nfrom airflow.operators.bash import BashOperator\nwith DAG("nightly", schedule="@daily"):\n    BashOperator(task_id="load", bash_command="python ${script}")\n`;
    const { root, git, write } = repository({ ...FILES, 'dags/nightly.py': dag('jobs/returns.py') });
    git('checkout', '-q', '-b', 'moved');
    renameSync(join(root, 'jobs/returns.py'), join(root, 'jobs/sent_back.py'));
    write('dags/nightly.py', dag('jobs/sent_back.py'));
    commit({ git });
    expect(printChanges(await changes(root))).toContain('tasks: load runs jobs/returns.py → load runs jobs/sent_back.py');
  });
});
