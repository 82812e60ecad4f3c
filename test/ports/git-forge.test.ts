/** The local git forge against real git. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createGitForge } from '../../src/adapters/git/forge.js';

const AT = '2026-02-15T10:00:00.000Z';

function repository() {
  const directory = mkdtempSync(join(tmpdir(), 'autopilot-git-'));
  const run = (...args: string[]): string =>
    execFileSync('git', ['-C', directory, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  run('init', '--quiet', '--initial-branch=main');
  writeFileSync(join(directory, 'job.py'), 'print(1)\n');
  run('add', '.');
  run('commit', '--quiet', '-m', 'A job');
  return { directory, run, base: run('rev-parse', 'HEAD'), forge: createGitForge({ repository: 'acme/lake', directory }) };
}

const file = (path: string, content: string) => ({ path, content });

describe('git forge', () => {
  test('a branch with one commit, and the work tree as it was', async () => {
    const { forge, run, base } = repository();
    const sha = await forge.commit([base], [file('signal_factory/gold/orders/dataset.yaml', 'urn: x\n')], 'Make it observable\n', AT);
    expect(await forge.head('autopilot/gold/orders')).toBeUndefined();
    expect(await forge.point('autopilot/gold/orders', sha, undefined)).toEqual({ done: true });
    expect(run('status', '--porcelain')).toBe('');
    expect(run('diff', '--name-status', base, sha)).toBe('A\tsignal_factory/gold/orders/dataset.yaml');
    expect(await forge.readFolder(sha, 'signal_factory/gold/orders')).toEqual([
      file('signal_factory/gold/orders/dataset.yaml', 'urn: x\n'),
    ]);
    run('fsck', '--strict');
  });

  test('whatever lies in a folder is listed as what it is: a link by where it leads, a submodule by its commit', async () => {
    const { forge, run, directory } = repository();
    mkdirSync(join(directory, 'signal_factory'));
    symlinkSync('elsewhere', join(directory, 'signal_factory/link.yaml'));
    run('add', '.');
    run('commit', '--quiet', '-m', 'A link');
    expect(await forge.readFolder(run('rev-parse', 'HEAD'), 'signal_factory')).toEqual([file('signal_factory/link.yaml', 'elsewhere')]);
    run('update-index', '--add', '--cacheinfo', `160000,${run('rev-parse', 'HEAD')},signal_factory/module`);
    run('commit', '--quiet', '-m', 'A submodule');
    expect(await forge.readFolder(run('rev-parse', 'HEAD'), 'signal_factory')).toEqual([
      file('signal_factory/link.yaml', 'elsewhere'),
      file('signal_factory/module', run('rev-parse', 'HEAD^')),
    ]);
  });

  test('the same commit twice is the same SHA, and pointing twice is one effect', async () => {
    const { forge, base } = repository();
    const make = () => forge.commit([base], [file('a/b.yaml', 'x: 1\n')], 'm\n', AT);
    const sha = await make();
    expect(await make()).toBe(sha);
    await forge.point('autopilot/a/b', sha, undefined);
    expect(await forge.point('autopilot/a/b', sha, undefined)).toEqual({ done: true });
  });

  test('a branch that stands elsewhere is not moved', async () => {
    const { forge, base } = repository();
    const ours = await forge.commit([base], [file('a', '1')], 'm\n', AT);
    const theirs = await forge.commit([base], [file('a', '2')], 'm\n', AT);
    await forge.point('autopilot/x/y', theirs, undefined);
    expect(await forge.point('autopilot/x/y', ours, base)).toEqual({ done: false, head: theirs });
    expect(await forge.head('autopilot/x/y')).toBe(theirs);
  });

  test('a branch that somebody has checked out is not moved', async () => {
    const { forge, run, base } = repository();
    const first = await forge.commit([base], [file('a', '1')], 'm\n', AT);
    await forge.point('autopilot/x/y', first, undefined);
    run('switch', '--quiet', 'autopilot/x/y');
    const second = await forge.commit([first], [file('a', '2')], 'm\n', AT);
    await expect(forge.point('autopilot/x/y', second, first)).rejects.toThrow(/is checked out in/);
  });

  test('a merge keeps what both sides added, also when the base moved on', async () => {
    const { forge, directory, run, base } = repository();
    const one = await forge.commit([base], [file('signal_factory/a/one.yaml', '1\n')], 'one\n', AT);
    writeFileSync(join(directory, 'job.py'), 'print(2)\n');
    run('commit', '--quiet', '-am', 'A newer job');
    const two = await forge.commit([run('rev-parse', 'HEAD')], [file('signal_factory/a/two.yaml', '2\n')], 'two\n', AT);
    const first = await forge.merge(base, one, 'Merge one\n', AT);
    if ('conflicts' in first) throw new Error('no conflict was expected');
    const second = await forge.merge(first.sha, two, 'Merge two\n', AT);
    if ('conflicts' in second) throw new Error('no conflict was expected');
    await forge.point('signal-factory/accepted', second.sha, undefined);
    expect(run('ls-tree', '-r', '--name-only', second.sha).split('\n')).toEqual([
      'job.py',
      'signal_factory/a/one.yaml',
      'signal_factory/a/two.yaml',
    ]);
    expect(run('show', `${second.sha}:job.py`)).toBe('print(2)');
    expect(await forge.contains('signal-factory/accepted', one)).toBe(true);
    expect(await forge.contains('signal-factory/accepted', run('commit-tree', `${base}^{tree}`, '-m', 'apart'))).toBe(false);
  });

  test('a merge of two versions of one file names it and writes nothing', async () => {
    const { forge, base } = repository();
    const one = await forge.commit([base], [file('a.yaml', '1\n')], 'one\n', AT);
    const two = await forge.commit([base], [file('a.yaml', '2\n')], 'two\n', AT);
    expect(await forge.merge(one, two, 'm\n', AT)).toEqual({ conflicts: ['a.yaml'] });
  });

  test('hooks of the repository do not run', async () => {
    const { forge, directory, base } = repository();
    writeFileSync(join(directory, '.git/hooks/reference-transaction'), '#!/bin/sh\ntouch "$(dirname "$0")/HOOK_RAN"\n', { mode: 0o755 });
    const sha = await forge.commit([base], [file('a', '1')], 'm\n', AT);
    await forge.point('autopilot/a/b', sha, undefined);
    expect(execFileSync('ls', [join(directory, '.git/hooks')], { encoding: 'utf8' })).not.toContain('HOOK_RAN');
  });
});
