/** A small repository, its lake and a fleet that waits for approval, copied anew for each row. */
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { openStore } from '../../src/adapters/local/store.js';
import { commandLine } from '../../src/main/command-line.js';

export const SF = join(import.meta.dirname, '../../dist/src/main/sf.js');
export const NOW = '2026-02-15T10:00:00Z';
export const LATER = '2026-02-18T10:00:00Z';
export const RUN = ['bootstrap', 'run', 'repo', '--data', 'lake', '--now', NOW];
export const AGAIN = ['bootstrap', 'run', 'repo', '--data', 'lake', '--now', LATER];
export const ORDERS = 'lake/acme/gold/orders';
export const nothing = (): void => undefined;
const DAYS = [1, 2, 3, 4, 5, 6, 7].map((day) => `dt=2026-02-0${day}`);

export type Said = { readonly code: number | null; readonly out: string; readonly err: string };
export type Scene = {
  readonly folder: string;
  path(relative: string): string;
  write(relative: string, content: string | Uint8Array): void;
  /** The command line in this process, one call at a time: what a process of its own says is the same. */
  sf(...args: readonly string[]): Promise<Said>;
  process(...args: readonly string[]): Promise<Said>;
  git(...args: readonly string[]): string;
  /** On the dataset's branch, as a person: changes one of its files and commits. */
  push(file: string, change: (text: string) => string): void;
  branches(): readonly string[];
  state(urn: string): string;
  /** Replaces a file of the lake by the rows of a query. */
  query(relative: string, sql: string): Promise<void>;
  remove(): void;
};
export type Stage = { scene(kind?: 'fresh' | 'waiting'): Scene; remove(): void };

export function job(target: string, call = 'to_parquet'): string {
  return `import pandas as pd\n\n\ndef main():\n    df = pd.read_json("in.json")\n    df.${call}(${target})\n\n\nmain()\n`;
}

export async function makeStage(): Promise<Stage> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'bad-input-')));
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const copy = async (path: string, sql: string): Promise<void> => {
    mkdirSync(dirname(path), { recursive: true });
    await connection.run(`COPY (${sql}) TO '${path}' (FORMAT parquet)`);
  };
  const fresh = join(base, 'fresh');
  for (const [at, day] of DAYS.entries()) {
    for (const name of ['orders', 'refunds'])
      await copy(
        join(fresh, `lake/acme/gold/${name}/${day}/part.parquet`),
        `SELECT i AS id, i % 7 + 0.5 AS amount FROM range(${300 + at}) t(i)`,
      );
  }
  const maker = sceneIn(fresh, copy);
  maker.write('repo/jobs/orders.py', job('"s3://acme/gold/orders", partition_cols=["dt"]'));
  maker.write('repo/jobs/refunds.py', job('"s3://acme/gold/refunds", partition_cols=["dt"]'));
  maker.write('repo/CODEOWNERS', '* @acme/data\n');
  maker.git('init', '-q', '-b', 'main');
  commitAll(maker);
  const waiting = join(base, 'waiting');
  cpSync(fresh, waiting, { recursive: true });
  await sceneIn(waiting, copy).process('bootstrap', 'run', 'repo', '--data', 'lake', '--now', NOW);
  const made: { count: number } = { count: 0 };
  return {
    scene(kind = 'fresh') {
      made.count += 1;
      const folder = join(base, `row-${made.count}`);
      cpSync(join(base, kind), folder, { recursive: true });
      const fleet = join(folder, 'home/objects/fleet.json');
      if (existsSync(fleet)) writeFileSync(fleet, readFileSync(fleet, 'utf8').replaceAll(waiting, folder));
      return sceneIn(folder, copy);
    },
    remove() {
      connection.closeSync();
      rmSync(base, { recursive: true, force: true });
    },
  };
}

export function commitAll(scene: Scene): void {
  scene.git('add', '-A');
  scene.git('commit', '-q', '-m', 'change');
}

function sceneIn(folder: string, copy: (path: string, sql: string) => Promise<void>): Scene {
  const env = { ...process.env, SF_HOME: join(folder, 'home'), XDG_CACHE_HOME: join(folder, 'cache'), NO_COLOR: '1' };
  const path = (relative: string): string => join(folder, relative);
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', path('repo'), '-c', 'user.name=Bo', '-c', 'user.email=bo@example.com', ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const write = (relative: string, content: string | Uint8Array): void => {
    mkdirSync(dirname(path(relative)), { recursive: true });
    writeFileSync(path(relative), content);
  };
  const sf = (...args: readonly string[]): Promise<Said> => inTurn(() => within(folder, env, args));
  const ownProcess = (...args: readonly string[]): Promise<Said> =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, [SF, ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
      const said = { out: '', err: '' };
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said.out += text;
      });
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said.err += text;
      });
      child.on('close', (code) => resolve({ code, ...said }));
    });
  return {
    folder,
    path,
    write,
    sf,
    process: ownProcess,
    git,
    push(file, change) {
      git('checkout', '-q', 'autopilot/gold/orders');
      const relative = `repo/signal_factory/gold/orders/${file}`;
      write(relative, change(readFileSync(path(relative), 'utf8')));
      git('commit', '-qam', 'look');
      git('checkout', '-q', 'main');
    },
    branches: () => git('for-each-ref', '--format=%(refname:short)', 'refs/heads').trim().split('\n'),
    state(urn) {
      const { database } = openStore(path('home'));
      try {
        const row: unknown = database.prepare("SELECT body ->> 'current_step' AS step FROM record WHERE urn = ?").get(urn);
        return typeof row === 'object' && row !== null && 'step' in row ? String(row.step) : 'unknown';
      } finally {
        database.close();
      }
    },
    query: (relative, sql) => copy(path(relative), sql),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The working folder and the environment belong to the whole process. */
const turns: { last: Promise<unknown> } = { last: Promise.resolve() };
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine = turns.last.then(work);
  turns.last = mine.catch(() => undefined);
  return mine;
}

async function within(folder: string, env: NodeJS.ProcessEnv, args: readonly string[]): Promise<Said> {
  const before = { folder: process.cwd(), env: process.env };
  const said = { out: '', err: '' };
  const collect = (part: 'out' | 'err') => (text: string) => {
    said[part] += text;
  };
  process.chdir(folder);
  process.env = env;
  try {
    return { code: await commandLine(args, { out: collect('out'), err: collect('err'), interactive: false }), ...said };
  } finally {
    process.chdir(before.folder);
    process.env = before.env;
  }
}

/** What lies in a folder, by name; nothing when it is not there. */
export function namesIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).toSorted() : [];
}
