/** With the same clock two runs are byte-identical but for signatures, wherever they run and however the command is typed. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runBuilt } from './child.js';

const TABLES = ['--tables', 'customers,forecasts'];
const folder = mkdtempSync(join(tmpdir(), 'same-'));
const here = join(folder, 'here');
const elsewhere = join(folder, 'a folder with spaces/and depth');
afterAll(() => rmSync(folder, { recursive: true }));

async function succeed(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const { code, out, err } = await runBuilt('kill-child', words, env);
  if (code === 0) return out;
  throw new Error(`${words.join(' ')} ended with ${code}: ${err}`);
}

/** What was left behind, by name; the folder it was made in is written `<stage>`. */
async function endOf(stage: string): Promise<ReadonlyMap<string, unknown>> {
  return new Map(Object.entries(JSON.parse(await succeed(['end', stage]))));
}

const ends: ReadonlyMap<string, unknown>[] = [];
beforeAll(async () => {
  const otherMachine = {
    TZ: 'Pacific/Auckland',
    LANG: 'tr_TR.UTF-8',
    LC_ALL: 'tr_TR.UTF-8',
    HOME: join(folder, 'other-home'),
    USER: 'somebody-else',
  };
  mkdirSync(otherMachine.HOME);
  mkdirSync(elsewhere, { recursive: true });
  const both = await Promise.all([
    succeed(['make', here, ...TABLES])
      .then(() => succeed(['play', here], { TZ: 'UTC', LANG: 'C' }))
      .then(() => endOf(here)),
    succeed(['make', elsewhere, ...TABLES])
      .then(() => succeed(['play', elsewhere, '--turned'], otherMachine))
      .then(() => endOf(elsewhere)),
  ]);
  ends.push(...both);
}, 120_000);

describe('two runs with the same clock', () => {
  test('leave the same documents, branches, records and ledger', () => {
    const [first, second] = ends;
    expect([...(second?.keys() ?? [])]).toEqual([...(first?.keys() ?? [])]);
    for (const [name, text] of first ?? []) expect([name, second?.get(name)]).toEqual([name, text]);
  });

  test('went through the whole life, so that there is something to compare', () => {
    expect(ends[0]?.get('records')).toMatch(/SIGNAL_READY[\s\S]*SIGNAL_READY/);
    expect(ends[0]?.get('ledger')).toContain('gold-missing');
    expect(ends[0]?.get('objects/datasets/gold/customers/pull_request.md')).toContain('ds://gold/customers');
    expect(ends[0]?.get('shop-jobs: history')).toContain('refs/heads/signal-factory/accepted');
  });

  test('name no folder of the machine in any document', () => {
    const naming = [...(ends[0] ?? [])].filter(([, text]) => String(text).includes('<stage>')).map(([name]) => name);
    // The fleet's own memory of where to look, which goes nowhere.
    expect(naming).toEqual(['objects/fleet.json']);
  });

  test('an approval that is given again, when all went on long ago, changes nothing', async () => {
    await succeed(['play', here, '--from', '2', '--to', '4']);
    expect(await endOf(here)).toEqual(ends[0]);
  });

  test('a run that was cut off and not resumed is seen as another', async () => {
    const cutOff = join(folder, 'cut-off');
    await succeed(['make', cutOff, ...TABLES]);
    expect((await runBuilt('kill-child', ['play', cutOff, '--kill-at', '60'])).signal).toBe('SIGKILL');
    expect((await endOf(cutOff)).get('records')).not.toBe(ends[0]?.get('records'));
  });
});
