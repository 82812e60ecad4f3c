/** The local git forge against real git. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createGitForge } from '../../src/adapters/git/forge.js';
import { forgeSuite } from './forge-suite.js';
import { personCommit } from './person-commit.js';

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

describe('as every forge', () => {
  forgeSuite(async () => {
    const { directory, base, forge } = repository();
    return {
      forge,
      base,
      push: async (branch, files) => personCommit(directory, branch, base, files),
      close: async () => rmSync(directory, { recursive: true }),
    };
  });
});

describe('a repository on this machine', () => {
  test('keeps its work tree as it was', async () => {
    const { forge, run, base } = repository();
    const { sha } = await forge.commit(base, [file('signal_factory/gold/orders/dataset.yaml', 'urn: x\n')], 'Make it observable\n', AT);
    await forge.point('autopilot/gold/orders', sha, undefined);
    expect(run('status', '--porcelain')).toBe('');
    expect(run('diff', '--name-status', base, sha)).toBe('A\tsignal_factory/gold/orders/dataset.yaml');
    run('fsck', '--strict');
  });

  test('gives the same commit the same SHA', async () => {
    const { forge, base } = repository();
    const make = () => forge.commit(base, [file('a/b.yaml', 'x: 1\n')], 'm\n', AT);
    expect(await make()).toEqual(await make());
  });

  test('does not move a branch that somebody has checked out', async () => {
    const { forge, run, base } = repository();
    const { sha: first } = await forge.commit(base, [file('a', '1')], 'm\n', AT);
    await forge.point('autopilot/x/y', first, undefined);
    run('switch', '--quiet', 'autopilot/x/y');
    const { sha: second } = await forge.commit(first, [file('a', '2')], 'm\n', AT);
    await expect(forge.point('autopilot/x/y', second, first)).rejects.toThrow(/is checked out in/);
  });

  test('does not run its hooks', async () => {
    const { forge, directory, base } = repository();
    writeFileSync(join(directory, '.git/hooks/reference-transaction'), '#!/bin/sh\ntouch "$(dirname "$0")/HOOK_RAN"\n', { mode: 0o755 });
    const { sha } = await forge.commit(base, [file('a', '1')], 'm\n', AT);
    await forge.point('autopilot/a/b', sha, undefined);
    expect(execFileSync('ls', [join(directory, '.git/hooks')], { encoding: 'utf8' })).not.toContain('HOOK_RAN');
  });
});
