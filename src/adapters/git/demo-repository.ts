/** Turns a fixture folder into a git repository whose commits are the same on every machine. */
import { cp, mkdir, readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { ProblemError } from '../../core/problem.js';
import { gitText } from './run.js';

/** One commit: `paths` are files or folders from the repository's root; the last commit takes whatever is left as well. */
export type DemoCommit = { readonly message: string; readonly at: string; readonly paths: readonly string[] };

export type DemoRepositoryOptions = {
  readonly fixture: string;
  readonly target: string;
  readonly history: readonly DemoCommit[];
};

export const FLIGHT_LAKE_HISTORY: readonly DemoCommit[] = [
  {
    message: 'Say what the flight lake is and who owns what',
    at: '2025-01-13T15:04:00Z',
    paths: ['README.md', 'docs', '.github', '.gitignore'],
  },
  { message: 'Clean the on-time feed and publish the daily flights', at: '2025-01-20T16:30:00Z', paths: ['pyproject.toml', 'jobs/spark'] },
  { message: 'Count delays by airport and by distance', at: '2025-02-03T14:12:00Z', paths: ['jobs', 'tests'] },
  { message: 'Run everything from Airflow', at: '2025-02-10T17:45:00Z', paths: ['dags'] },
  { message: 'Build the marts with dbt', at: '2025-03-03T13:20:00Z', paths: ['dbt'] },
];

export const FLIGHT_INSIGHTS_HISTORY: readonly DemoCommit[] = [
  {
    message: 'Report on late airports and hubs',
    at: '2025-03-17T09:10:00Z',
    paths: ['README.md', '.github', 'requirements.txt', 'reports'],
  },
  { message: 'Look at delay by weekday', at: '2025-03-24T10:40:00Z', paths: ['notebooks'] },
];

export const CREW_PLANNING_HISTORY: readonly DemoCommit[] = [
  { message: 'Say what crew planning is', at: '2025-04-07T08:30:00Z', paths: ['README.md', '.github', 'requirements.txt'] },
  { message: 'Count the crews each base needs', at: '2025-04-14T11:05:00Z', paths: ['jobs', 'dags'] },
];

const AUTHOR = 'Ada Meridian';
const EMAIL = 'ada.meridian@example.com';

/** Refuses a target that holds anything. `commit` is the tip of `main`. */
export async function makeDemoRepository(options: DemoRepositoryOptions): Promise<{ readonly commit: string; readonly branch: 'main' }> {
  const { fixture, target, history } = options;
  await mkdir(target, { recursive: true });
  if ((await readdir(target)).length > 0) {
    throw new ProblemError({ kind: 'usage', what: `${target} is not empty.`, remedy: 'Name a new folder for the demo repository.' });
  }
  await cp(fixture, target, { recursive: true, filter: (path) => basename(path) !== '__pycache__' });

  // No template: a machine's own hooks, attributes and ignore rules must not change the commits.
  await git(target, '1970-01-01T00:00:00Z', ['init', '--quiet', '--template=', '--object-format=sha1', '--initial-branch=main']);
  for (const [key, value] of SETTINGS) await git(target, '1970-01-01T00:00:00Z', ['config', key, value]);
  for (const [index, commit] of history.entries()) {
    const paths = index === history.length - 1 ? ['.'] : commit.paths;
    await git(target, commit.at, ['add', '--all', '--', ...paths]);
    await git(target, commit.at, ['commit', '--quiet', '--no-verify', '--message', commit.message]);
  }
  const tip = await git(target, '1970-01-01T00:00:00Z', ['rev-parse', 'HEAD']);
  return { commit: tip.trim(), branch: 'main' };
}

const SETTINGS = [
  ['user.name', AUTHOR],
  ['user.email', EMAIL],
  ['core.hooksPath', '/dev/null'],
  ['core.autocrlf', 'false'],
  ['core.excludesFile', '/dev/null'],
  ['core.attributesFile', '/dev/null'],
  ['commit.gpgSign', 'false'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
] as const;

function git(folder: string, at: string, words: readonly string[]): Promise<string> {
  const env = {
    GIT_AUTHOR_NAME: AUTHOR,
    GIT_AUTHOR_EMAIL: EMAIL,
    GIT_AUTHOR_DATE: at,
    GIT_COMMITTER_NAME: AUTHOR,
    GIT_COMMITTER_EMAIL: EMAIL,
    GIT_COMMITTER_DATE: at,
  };
  return gitText(folder, words, { env });
}
