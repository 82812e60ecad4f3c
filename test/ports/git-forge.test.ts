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
    const { sha } = await forge.commit(base, [file('signal_factory/gold/orders/dataset.yaml', 'urn: x\n')], 'Make it observable\n', AT);
    expect(await forge.head('autopilot/gold/orders')).toBeUndefined();
    expect(await forge.point('autopilot/gold/orders', sha, undefined)).toEqual({ done: true });
    expect(run('status', '--porcelain')).toBe('');
    expect(run('diff', '--name-status', base, sha)).toBe('A\tsignal_factory/gold/orders/dataset.yaml');
    expect(await forge.readFolder(sha, 'signal_factory/gold/orders')).toEqual([
      file('signal_factory/gold/orders/dataset.yaml', 'urn: x\n'),
    ]);
    run('fsck', '--strict');
  });

  test('whatever lies in a folder is read, links too, and what cannot be read is told', async () => {
    const { forge, run, directory } = repository();
    mkdirSync(join(directory, 'signal_factory'));
    symlinkSync('elsewhere', join(directory, 'signal_factory/link.yaml'));
    run('add', '.');
    run('commit', '--quiet', '-m', 'A link');
    expect(await forge.readFolder(run('rev-parse', 'HEAD'), 'signal_factory')).toEqual([file('signal_factory/link.yaml', 'elsewhere')]);
    run('update-index', '--add', '--cacheinfo', `160000,${run('rev-parse', 'HEAD')},signal_factory/module`);
    run('commit', '--quiet', '-m', 'A submodule');
    await expect(forge.readFolder(run('rev-parse', 'HEAD'), 'signal_factory')).rejects.toThrow(/cannot be read/);
  });

  test('the same commit twice is the same SHA, and pointing twice is one effect', async () => {
    const { forge, base } = repository();
    const make = () => forge.commit(base, [file('a/b.yaml', 'x: 1\n')], 'm\n', AT);
    const { sha } = await make();
    expect(await make()).toMatchObject({ sha });
    await forge.point('autopilot/a/b', sha, undefined);
    expect(await forge.point('autopilot/a/b', sha, undefined)).toEqual({ done: true });
  });

  test('a branch that stands elsewhere is not moved', async () => {
    const { forge, base } = repository();
    const { sha: ours } = await forge.commit(base, [file('a', '1')], 'm\n', AT);
    const { sha: theirs } = await forge.commit(base, [file('a', '2')], 'm\n', AT);
    await forge.point('autopilot/x/y', theirs, undefined);
    expect(await forge.point('autopilot/x/y', ours, base)).toEqual({ done: false, head: theirs });
    expect(await forge.head('autopilot/x/y')).toBe(theirs);
  });

  test('a branch that somebody has checked out is not moved', async () => {
    const { forge, run, base } = repository();
    const { sha: first } = await forge.commit(base, [file('a', '1')], 'm\n', AT);
    await forge.point('autopilot/x/y', first, undefined);
    run('switch', '--quiet', 'autopilot/x/y');
    const { sha: second } = await forge.commit(first, [file('a', '2')], 'm\n', AT);
    await expect(forge.point('autopilot/x/y', second, first)).rejects.toThrow(/is checked out in/);
  });

  test('hooks of the repository do not run', async () => {
    const { forge, directory, base } = repository();
    writeFileSync(join(directory, '.git/hooks/reference-transaction'), '#!/bin/sh\ntouch "$(dirname "$0")/HOOK_RAN"\n', { mode: 0o755 });
    const { sha } = await forge.commit(base, [file('a', '1')], 'm\n', AT);
    await forge.point('autopilot/a/b', sha, undefined);
    expect(execFileSync('ls', [join(directory, '.git/hooks')], { encoding: 'utf8' })).not.toContain('HOOK_RAN');
  });
});
