/** A short part of `npm run evidence:kills`: one dataset that merges alone, some effects, a few moments. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runBuilt } from './child.js';

const folder = mkdtempSync(join(tmpdir(), 'kills-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('killed before or after an effect, at random or twice, and resumed, a run ends as one that nobody killed', async () => {
  const plan = ['--tables', 'returns', '--every', '20', '--random', '2', '--again', '1', '--seed', '7'];
  const { code, out, err } = await runBuilt('kill-sweep', [...plan, '--keep', folder]);
  expect({ code, said: code === 0 ? '' : `${out}${err}` }).toEqual({ code: 0, said: '' });
  const rows = out.split('\n').flatMap((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    return cells.length === 7 && /^\d+$/.test(cells[2] ?? '') ? [cells.slice(1, 6)] : [];
  });
  expect(rows.map(([killed, trials, , equal, different]) => [killed, Number(trials) - Number(equal), different])).toEqual([
    ['at an observation', 0, '0'],
    ['at random', 0, '0'],
    ['at random, git too', 0, '0'],
    ['twice', 0, '0'],
  ]);
  const atAnObservation = rows[0] ?? [];
  expect(Number(atAnObservation[1])).toBeGreaterThanOrEqual(5);
  // Each of these kills happened: a trial that nobody was killed in would show nothing.
  expect(atAnObservation[2]).toBe(atAnObservation[1]);
}, 120_000);
