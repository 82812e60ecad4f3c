/** Ctrl-C: what is said is true of the command that was broken off, and its process ends. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
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
