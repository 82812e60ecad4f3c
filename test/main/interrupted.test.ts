/** Ctrl-C: what is said is true of the command that was broken off, and its process ends. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stageAt } from '../../src/main/demo-stage.js';

const SF = join(import.meta.dirname, '../../dist/src/main/sf.js');

/** Interrupts a call once it has said `sign`. */
async function interrupted(sign: string, ...args: readonly string[]): Promise<{ readonly code: number | null; readonly err: string }> {
  const child = spawn(process.execPath, [SF, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const seen = { all: '', err: '', isAsked: false };
  const look = (chunk: Buffer): void => {
    seen.all += chunk.toString('utf8');
    if (seen.isAsked || !seen.all.includes(sign)) return;
    seen.isAsked = true;
    child.kill('SIGINT');
  };
  child.stdout.on('data', look);
  child.stderr.on('data', (chunk: Buffer) => {
    seen.err += chunk.toString('utf8');
    look(chunk);
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, err: seen.err };
}

test('a demo begins anew, and its folder is free', { timeout: 60_000 }, async () => {
  const keep = mkdtempSync(join(tmpdir(), 'autopilot-demo-'));
  const { code, err } = await interrupted('three million real flights', 'demo', '--keep', keep);
  expect(code).toBe(130);
  expect(err).toBe('\nsf: interrupted. The demo is over: what it made stays in its folder until the next one there, which begins anew.\n');
  stageAt(keep).release();
});

test('the making of an App leaves no key', { timeout: 60_000 }, async () => {
  const home = mkdtempSync(join(tmpdir(), 'autopilot-init-'));
  const { code, err } = await interrupted('in your browser', 'init', '--url', 'https://autopilot.acme.example', '--home', home);
  expect(code).toBe(130);
  expect(err).toContain('sf: interrupted. No key was kept. If GitHub has created the App already, delete it in its settings;');
  expect(existsSync(join(home, 'app/private-key.pem'))).toBe(false);
});

test.each(['SIGTERM', 'SIGINT'] as const)('%s: a git that counts for long ends with it', { timeout: 60_000 }, async (signal) => {
  const folder = mkdtempSync(join(tmpdir(), 'autopilot-git-'));
  const noted = join(folder, 'pid');
  // Says nothing and reads nothing, so that nobody's absence reaches it.
  writeFileSync(join(folder, 'git'), `#!/bin/sh\necho $$ > ${noted}.new && mv ${noted}.new ${noted}\nexec sleep 300\n`, { mode: 0o755 });
  const child = spawn(process.execPath, [SF, 'scan', folder], {
    env: { ...process.env, PATH: `${folder}:${process.env.PATH ?? ''}` },
    stdio: 'ignore',
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  await expect.poll(() => existsSync(noted), { timeout: 30_000 }).toBe(true);
  const git = Number(readFileSync(noted, 'utf8'));
  process.kill(git, 0);
  child.kill(signal);
  expect(await ended).toBe(signal === 'SIGTERM' ? 143 : 130);
  await expect.poll(() => isAlive(git), { timeout: 10_000 }).toBe(false);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
