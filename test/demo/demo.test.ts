/** The demo as a stranger runs it: it ends by itself, and what it prints to be called can be called. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const PACKAGE = join(import.meta.dirname, '../..');
const MINUTES = 60_000;

function played(...words: readonly string[]): { readonly keep: string; readonly out: string } {
  const keep = mkdtempSync(join(tmpdir(), "autopilot's demo "));
  const args = ['dist/src/main/sf.js', 'demo', '--once', '--keep', keep, ...words];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: PACKAGE, encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return { keep, out: stdout };
}

/** Each line below `Where to look:` is a title, two spaces or more, and a command. */
function commandsOf(out: string): readonly string[] {
  const [, after = ''] = out.split('Where to look:\n');
  return after.split('\n').flatMap((line) => /^ {2}\S.*? {2,}(\S.*)$/.exec(line)?.[1] ?? []);
}

test('with a GitHub of its own: its table explains itself, and its commands find what was merged', { timeout: 10 * MINUTES }, () => {
  const { keep, out } = played();
  expect(out).toContain('  SIGNAL_READY: ');
  expect(out).toContain('  confidence LOW: ');
  expect(out).not.toMatch(/\b1 pull requests/);
  expect(out.match(/pull requests? open$/gm)?.length ?? 0).toBeLessThan(12);
  const [log = '', files = '', again = ''] = commandsOf(out);
  expect(execFileSync('sh', ['-c', log], { cwd: PACKAGE, encoding: 'utf8' })).toMatch(/Make .* observable/);
  expect(execFileSync('sh', ['-c', files], { cwd: PACKAGE, encoding: 'utf8' })).toContain('pull_request.md');
  expect(again).toBe('npm run demo');
  rmSync(keep, { recursive: true });
});

test('that stays up keeps its folder to itself, and Ctrl-C closes what it has open', { timeout: 10 * MINUTES }, async () => {
  const keep = mkdtempSync(join(tmpdir(), 'autopilot-demo-'));
  const child = spawn(process.execPath, ['dist/src/main/sf.js', 'demo', '--still', '--keep', keep], { cwd: PACKAGE });
  const said = { out: '', err: '' };
  child.stderr.on('data', (chunk: Buffer) => {
    said.err += chunk.toString('utf8');
  });
  const pages = await new Promise<string>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      said.out += chunk.toString('utf8');
      const address = /the organisation +(http:\S+)/.exec(said.out)?.[1];
      if (address !== undefined) resolve(address);
    });
  });
  const second = spawnSync(process.execPath, ['dist/src/main/sf.js', 'demo', '--once', '--keep', keep], { cwd: PACKAGE, encoding: 'utf8' });
  expect(second).toMatchObject({
    status: 2,
    stdout: '',
    stderr: `sf: A demo runs in ${keep}. End it, or use another folder: --keep DIR.\n`,
  });
  expect((await fetch(pages)).status).toBe(200);
  const code = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGINT');
  expect(await code).toBe(0);
  expect(said.err).toContain('sf: interrupted. The demo is over');
  await expect(fetch(pages)).rejects.toThrow();
  rmSync(keep, { recursive: true });
});

test('without one: each of its commands does what it says', { timeout: 10 * MINUTES }, () => {
  const { keep, out } = played('--local');
  const commands = commandsOf(out);
  expect(commands.length).toBeGreaterThan(3);
  for (const command of commands) execFileSync('sh', ['-c', command], { cwd: PACKAGE, stdio: ['ignore', 'pipe', 'inherit'] });
  rmSync(keep, { recursive: true });
});
