/** Proposals of a local repository against real git: what is looked at, what a merge does, and that it happens once. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createGitForge } from '../../src/adapters/git/forge.js';
import { createLocalPullRequests } from '../../src/adapters/git/pull-requests.js';
import { ACCEPTED_BRANCH } from '../../src/core/pull-request.js';

const AT = '2026-02-15T10:00:00Z';
const WORDS = { title: 'Put it in force', message: 'Approved.\n', method: 'merge', at: AT } as const;

function repository() {
  const directory = mkdtempSync(join(tmpdir(), 'autopilot-pulls-'));
  const run = (...args: string[]): string =>
    execFileSync('git', ['-C', directory, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  run('init', '--quiet', '--initial-branch=main');
  writeFileSync(join(directory, 'job.py'), 'print(1)\n');
  run('add', '.');
  run('commit', '--quiet', '-m', 'A job');
  const forge = createGitForge({ repository: 'acme/lake', directory });
  const open = async (name: string, content: string, parent: string) => {
    const { sha } = await forge.commit(parent, [{ path: `signal_factory/a/${name}.yaml`, content }], `${name}\n`, AT);
    await forge.point(`autopilot/a/${name}`, sha, undefined);
    return { sha, where: { branch: `autopilot/a/${name}`, number: undefined, baseSha: parent } };
  };
  return {
    directory,
    run,
    base: run('rev-parse', 'HEAD'),
    forge,
    open,
    pulls: createLocalPullRequests(forge, directory, (branch) => branch),
  };
}

describe('local pull requests', () => {
  test('a branch is seen with what it changes, and once it is accepted with the commit that took it in', async () => {
    const { pulls, open, base } = repository();
    const { sha, where } = await open('one', '1\n', base);
    const changes = [{ path: 'signal_factory/a/one.yaml', content: '1\n', mode: '100644' }];
    expect(await pulls.look(where.branch, undefined, base)).toEqual({ how: 'local', head: sha, changes });
    const landing = await pulls.merge(where, sha, WORDS);
    if (landing.kind !== 'landed') throw new Error(`it ${landing.kind}`);
    expect(await pulls.look(where.branch, undefined, base)).toMatchObject({ merged: landing.sha });
  });

  test('a branch that is gone is seen as gone', async () => {
    const { pulls, base } = repository();
    expect(await pulls.look('autopilot/a/none', undefined, base)).toEqual({ how: 'local', changes: [] });
  });

  test('a merge keeps what both sides added, also when the base moved on, and leaves the work tree alone', async () => {
    const { pulls, open, run, directory, base } = repository();
    const one = await open('one', '1\n', base);
    writeFileSync(join(directory, 'job.py'), 'print(2)\n');
    run('commit', '--quiet', '-am', 'A newer job');
    const two = await open('two', '2\n', run('rev-parse', 'HEAD'));
    await pulls.merge(one.where, one.sha, WORDS);
    await pulls.merge(two.where, two.sha, WORDS);
    const files = ['job.py', 'signal_factory/a/one.yaml', 'signal_factory/a/two.yaml'];
    expect(run('ls-tree', '-r', '--name-only', ACCEPTED_BRANCH).split('\n')).toEqual(files);
    expect(run('show', `${ACCEPTED_BRANCH}:job.py`)).toBe('print(2)');
    expect(run('status', '--porcelain')).toBe('');
  });

  test('merged twice is merged once', async () => {
    const { pulls, open, run, base } = repository();
    const { sha, where } = await open('one', '1\n', base);
    const first = await pulls.merge(where, sha, WORDS);
    expect(await pulls.merge(where, sha, { ...WORDS, at: '2026-02-16T10:00:00Z' })).toEqual(first);
    expect(run('rev-list', '--count', `${base}..${ACCEPTED_BRANCH}`)).toBe('2');
  });

  test('a head that moved is not merged', async () => {
    const { pulls, open, forge, base } = repository();
    const { sha, where } = await open('one', '1\n', base);
    const { sha: newer } = await forge.commit(sha, [{ path: 'x', content: 'x' }], 'm\n', AT);
    await forge.point(where.branch, newer, sha);
    expect(await pulls.merge(where, sha, WORDS)).toEqual({ kind: 'head-moved' });
  });

  test('two versions of one file stop for a person, and nothing is written', async () => {
    const { pulls, open, forge, base } = repository();
    const one = await open('one', '1\n', base);
    const { sha } = await forge.commit(base, [{ path: 'signal_factory/a/one.yaml', content: '2\n' }], 'm\n', AT);
    await forge.point('autopilot/a/other', sha, undefined);
    await pulls.merge(one.where, one.sha, WORDS);
    const accepted = await forge.head(ACCEPTED_BRANCH);
    const landing = await pulls.merge({ branch: 'autopilot/a/other', number: undefined, baseSha: base }, sha, WORDS);
    expect(landing).toMatchObject({ kind: 'stopped', because: expect.stringContaining('signal_factory/a/one.yaml') });
    expect(await forge.head(ACCEPTED_BRANCH)).toBe(accepted);
  });
});
