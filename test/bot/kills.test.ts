/** A short part of `node dist/benchmarks/intake.js`: what was acknowledged is there, wherever the server was killed. */
import { expect, test } from 'vitest';
import { runBuilt } from '../evidence/child.js';

test('killed at random, and before and after the commit of an acceptance: nothing acknowledged is lost, all of it is worked', async () => {
  const plan = ['--rate', '60', '--seconds', '5', '--kills', '2', '--moments', '2', '--seed', '7'];
  const { code, out, err } = await runBuilt('intake', plan);
  expect({ code, said: code === 0 ? '' : `${out}${err}` }).toEqual({ code: 0, said: '' });
  const figures = new Map(out.split('\n').map((line) => [line.split('|')[1]?.trim(), line.split('|')[2]?.trim()]));
  // Each of the kills happened, and something was acknowledged around them: else this would show nothing.
  expect(figures.get('kill -9')).toBe('4');
  expect(figures.get('acknowledged and lost')).toBe('0');
  expect(Number(figures.get('acknowledged (202)'))).toBeGreaterThan(50);
}, 120_000);
