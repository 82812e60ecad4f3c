/** A short part of `npm run evidence:spine`: two plays from installation to merge, with something going wrong in every scene. */
import { expect, test } from 'vitest';
import { runBuilt } from '../evidence/child.js';

test('whatever fails, is lost or dies on the way, the same is proposed, said and merged in the end', async () => {
  const { code, out, err } = await runBuilt('spine-sweep', ['--plays', '2', '--seed', '11']);
  expect({ code, said: code === 0 ? '' : `${out}${err}` }).toEqual({ code: 0, said: '' });
  const rows = out.split('\n').flatMap((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    return cells.length === 6 && /^\d+$/.test(cells[2] ?? '') ? [cells.slice(1, 5)] : [];
  });
  const [, observations, met, different] = rows.at(-1) ?? [];
  expect([observations, different]).toEqual(['14', '0']);
  // What an earlier fault made unnecessary does not come to pass; most of it does.
  expect(Number(met)).toBeGreaterThanOrEqual(12);
}, 300_000);
