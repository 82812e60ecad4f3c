/** §14.1 what a scan in a process of its own may not do, and that the next one works all the same. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import type { ScanLimits } from '../../../src/adapters/scan-process/outcomes.js';
import { compiled, programOf, scansWith, sourceOf } from './programs.js';

const BAD = 'acme/bad';
/** A scan of this name does what is under test, any other is empty. */
const bad = (body: string) => programOf(`if (source.name === '${BAD}') { ${body} }`);
const SPIN = 'for (;;) {}';

function isAlive(pid: string): boolean {
  try {
    // One that nobody has buried yet is dead too.
    return !execFileSync('ps', ['-o', 'stat=', '-p', pid], { encoding: 'utf8' }).startsWith('Z');
  } catch {
    return false;
  }
}

const OVER: readonly (readonly [what: string, body: string, limits: Partial<ScanLimits>, over: string, says: string])[] = [
  ['computes without end', SPIN, { cpuMs: 400 }, 'cpu', 'used more than 0.4 seconds of processor time and was ended.'],
  ['waits without end', 'await new Promise(() => undefined);', { ownMs: 400 }, 'time', 'had no end after 0.4 seconds and was ended.'],
  ['computes, and is waited for by the clock', SPIN, { ownMs: 400 }, 'time', 'had no end after 0.4 seconds and was ended.'],
  [
    'fills its heap',
    'const all = []; for (;;) all.push({ at: all.length, list: new Array(100).fill(all.length) });',
    { heapMb: 64 },
    'memory',
    'needed more memory than it may have (64 MB of heap, 2048 MB in all) and was ended.',
  ],
  [
    'fills its memory beside the heap',
    'const all = []; for (;;) all.push(new Uint8Array(1e6).fill(1));',
    { residentMb: 256 },
    'memory',
    'needed more memory than it may have (1024 MB of heap, 256 MB in all) and was ended.',
  ],
  [
    'finds too much',
    `facts.runtimes.push({ path: 'a'.repeat(1000), runtime: 'spark', evidence: { file: 'a', line: 1 } });`,
    { factsLength: 1000 },
    'facts',
    'found more than can be taken (0 MB of facts) and was ended.',
  ],
];

test.each(OVER)('a scan that %s is ended and named', async (_what, body, limits, over, says) => {
  const told: string[] = [];
  const program = bad(body);
  const scans = scansWith(program, { limits, processes: 1, ended: (what) => void told.push(what) });
  await expect(scans.scan(sourceOf(BAD))).rejects.toMatchObject({
    problem: {
      kind: 'usage',
      what: `The scan of acme/bad at cccccccccccc ${says}`,
      remedy: expect.stringContaining('`enabled: false` in its .github/autopilot.yml'),
    },
    retry: false,
  });
  expect(told).toEqual([over]);
  if (over !== 'facts') await expect.poll(() => isAlive(program.said('pid') ?? '')).toBe(false);
  expect(await scans.scan(sourceOf('acme/good'))).toMatchObject({ repository: 'acme/good' });
});

test.each([
  ['is killed', `process.kill(process.pid, 'SIGKILL');`, '(SIGKILL)'],
  ['crashes', 'process.exit(7);', '(exit code 7)'],
])('a process that %s is named, and the next scan works', async (_what, body, how) => {
  const scans = scansWith(bad(body), { processes: 1 });
  await expect(scans.scan(sourceOf(BAD))).rejects.toMatchObject({
    problem: { kind: 'world', what: `The process that scanned acme/bad at cccccccccccc ended ${how}.` },
    retry: true,
  });
  expect(await scans.scan(sourceOf('acme/good'))).toMatchObject({ repository: 'acme/good' });
});

test('a process that does not start is named', async () => {
  const program = programOf('');
  await expect(scansWith({ ...program, file: `${program.file}.none` }).scan(sourceOf(BAD))).rejects.toThrow(
    'ended (exit code 1, Error: Cannot find module',
  );
});

test('a process that was killed while it had nothing to do is replaced', async () => {
  const program = programOf('');
  const scans = scansWith(program);
  await scans.scan(sourceOf('acme/first'));
  const pid = program.said('pid') ?? '';
  process.kill(Number(pid), 'SIGKILL');
  // The bot hears of it a moment later; what it gives to the dead one until then is said to have ended.
  await expect.poll(() => scans.scan(sourceOf('acme/second')).catch(() => undefined)).toMatchObject({ repository: 'acme/second' });
  expect(program.said('pid')).not.toBe(pid);
});

test('a repository that was over a limit rests, and no other one', async () => {
  const program = bad(`said('pid', 'spins'); ${SPIN}`);
  const scans = scansWith(program, { limits: { cpuMs: 400 }, restMs: 3_600_000 });
  await expect(scans.scan(sourceOf(BAD))).rejects.toThrow('processor time');
  await scans.scan(sourceOf('acme/good'));
  const after = program.said('pid');
  await expect(scans.scan(sourceOf(BAD))).rejects.toThrow('processor time');
  expect(program.said('pid')).toBe(after);
});

test('one that is at its limits does not hold up another', async () => {
  const program = bad(`said('spins', process.pid); ${SPIN}`);
  const scans = scansWith(program);
  const ended = expect(scans.scan(sourceOf(BAD))).rejects.toThrow('ended (');
  await expect.poll(() => program.said('spins')).toBeDefined();
  for (const name of ['acme/a', 'acme/b', 'acme/c']) expect(await scans.scan(sourceOf(name))).toMatchObject({ repository: name });
  await scans.close();
  await ended;
});

test('a process ends when its bot is killed, however busy it is', { timeout: 60_000 }, async () => {
  const program = programOf(SPIN);
  const bot = [
    `import { scanProcesses } from '${compiled('adapters/scan-process/pool')}';`,
    `const words = [${JSON.stringify(program.folder)}];`,
    `const scans = scanProcesses({ file: ${JSON.stringify(program.file)}, words, warn: () => undefined });`,
    `await scans.scan({ name: 'acme/jobs', commit: null, list: async () => [], read: async function* () {} });`,
  ];
  const parent = spawn(process.execPath, ['--input-type=module', '-e', bot.join('\n')], { stdio: 'ignore' });
  await expect.poll(() => program.said('pid'), { timeout: 30_000 }).toBeDefined();
  const pid = program.said('pid') ?? '';
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  await expect.poll(() => isAlive(pid), { timeout: 30_000 }).toBe(false);
});

test('it is ended with the bot, busy or not, and when nobody needs it', async () => {
  const program = bad(`said('spins', process.pid); ${SPIN}`);
  const pids: string[] = [];
  const scans = scansWith(program);
  await scans.scan(sourceOf('acme/good'));
  pids.push(program.said('pid') ?? '');
  const ended = expect(scans.scan(sourceOf(BAD))).rejects.toThrow('ended (');
  await expect.poll(() => program.said('spins')).toBeDefined();
  pids.push(program.said('spins') ?? '');
  await scans.close();
  await ended;
  await expect(scans.scan(sourceOf('acme/good'))).rejects.toThrow('before it began');
  const unused = scansWith(program, { idleMs: 0 });
  await unused.scan(sourceOf('acme/good'));
  pids.push(program.said('pid') ?? '');
  for (const pid of pids) await expect.poll(() => isAlive(pid)).toBe(false);
});
