/** §14.1 a scan in a process of its own says what a scan in this one says, reads through the bot, and knows none of its secrets. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openFolderSource } from '../../../src/adapters/local/folder-source.js';
import { scanProcesses } from '../../../src/adapters/scan-process/pool.js';
import { ProblemError } from '../../../src/core/problem.js';
import { scanSources } from '../../../src/main/scan.js';
import type { RepoSource } from '../../../src/ports.js';
import { programOf, scansWith, sourceOf } from './programs.js';

function botScans(): ReturnType<typeof scanProcesses> {
  const home = mkdtempSync(join(tmpdir(), 'autopilot-scans-'));
  const file = resolve('dist/src/main/scan-worker.js');
  const scans = scanProcesses({ file, words: [join(home, 'facts.sqlite')], warn: (line) => expect.unreachable(line) });
  onTestFinished(scans.close);
  return scans;
}

test.each(['fixtures/lakehouse', 'fixtures/organisation', 'test/analyzers'])(
  'the facts of %s are the same',
  { timeout: 60_000 },
  async (at) => {
    const source = await openFolderSource(at);
    const [here] = await scanSources([source], undefined, (line) => expect.unreachable(line));
    const scans = botScans();
    const there = await scans.scan(source);
    expect(there).toEqual(here);
    expect(there.files.seen).toBeGreaterThan(0);
    const again = await scans.scan(source);
    expect(again).toEqual({ ...there, files: { seen: there.files.seen, parsed: 0, cached: there.files.parsed + there.files.cached } });
  },
);

test('every file comes through, in the order asked for, however large or many', async () => {
  const files = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`f${at}`, at % 50 === 0 ? 'x'.repeat(700_000) : `${at}`]));
  const program = programOf(`
    const listing = (await source.list()).toReversed();
    let heard = '';
    for await (const { path, bytes } of source.read(listing)) heard += path + ':' + bytes.length + ' ';
    for await (const { path } of source.read(listing)) { heard += 'then ' + path; break; }
    const both = await Promise.all([0, 1].map(async (at) => {
      for await (const { path } of source.read(listing.slice(at, at + 1))) return path;
    }));
    said('heard', heard + ' and ' + both.join(' '));`);
  await scansWith(program).scan(sourceOf('acme/jobs', files));
  const expected = Object.entries(files).toReversed();
  expect(program.said('heard')).toBe(`${expected.map(([path, text]) => `${path}:${text.length} `).join('')}then f299 and f299 f298`);
});

test('the bot reads no further ahead than a process works', async () => {
  const taken: string[] = [];
  const source = sourceOf('acme/jobs', Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`f${at}`, 'x'])));
  const counted: RepoSource = {
    ...source,
    read: async function* (files) {
      for await (const file of source.read(files)) {
        taken.push(file.path);
        yield file;
      }
    },
  };
  const program = programOf(`
    for await (const file of source.read(await source.list())) break;`);
  await scansWith(program).scan(counted);
  expect(taken.length).toBeLessThanOrEqual(128);
});

test('what keeps the source from being read is what the scan fails with, and the next one works', async () => {
  const problem = { kind: 'world', what: 'The forge does not answer.', remedy: 'Wait.' } as const;
  const limited = new ProblemError(problem, { until: '2026-02-16T09:00:00Z' });
  const broken: RepoSource = {
    ...sourceOf('acme/jobs', { 'a.py': '', 'b.py': '' }),
    // biome-ignore lint/correctness/useYield: it fails before the first file.
    read: async function* () {
      throw limited;
    },
  };
  const scans = botScans();
  await expect(scans.scan(broken)).rejects.toBe(limited);
  await expect(scans.scan({ ...broken, list: () => Promise.reject(limited) })).rejects.toBe(limited);
  expect(await scans.scan(sourceOf('acme/jobs', { 'a.py': '' }))).toMatchObject({ files: { seen: 1 } });
});

test('its environment is empty, whatever the bot has in its own', async () => {
  process.env.GITHUB_PRIVATE_KEY = 'the-key-of-this-test';
  process.env.NODE_OPTIONS = '--no-warnings';
  onTestFinished(() => {
    delete process.env.GITHUB_PRIVATE_KEY;
    delete process.env.NODE_OPTIONS;
  });
  const program = programOf(`said('env', JSON.stringify([process.env, process.argv]));`);
  await scansWith(program).scan(sourceOf('acme/jobs'));
  expect(program.said('env')).toBeDefined();
  expect(program.said('env')).not.toMatch(/the-key-of-this-test|no-warnings|PATH|HOME/);
});

test.each([
  ['facts of another repository', `facts.repository = 'acme/other';`, 'said what nobody understands (facts of another repository)'],
  ['facts with a field too many', `facts.files.read = 1;`, 'said what nobody understands (facts of another shape at files)'],
  ['no facts', `process.send({ kind: 'scanned', facts: 'none', isGrown: false });`, 'facts of another shape'],
  ['words of its own', `process.send({ kind: 'merge' });`, 'a message of another shape'],
  ['an error', `throw new Error('a fault of ours');`, 'a fault of ours'],
])('%s are an error of that scan alone', async (_what, body, says) => {
  const scans = scansWith(programOf(`if (source.name === 'acme/bad') { ${body} }`), { processes: 1 });
  await expect(scans.scan(sourceOf('acme/bad'))).rejects.toThrow(says);
  await expect.poll(() => scans.scan(sourceOf('acme/good')).catch(() => undefined)).toMatchObject({ repository: 'acme/good' });
});
