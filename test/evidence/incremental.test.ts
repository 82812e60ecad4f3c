/** A short part of `npm run evidence:incremental`: scans through the cache say what scans from nothing say. */
import { expect, test } from 'vitest';
import { runBuilt } from './child.js';

test('over seeded sequences of commits the cache changes no byte of a report, and no blob is parsed twice', async () => {
  const { code, out, err } = await runBuilt('incremental', ['--sequences', '3', '--seed', '92']);
  expect({ code, said: code === 0 ? '' : `${out}${err}` }).toEqual({ code: 0, said: '' });

  const counts = new Map([...out.matchAll(/^\| ([a-z ]+) \| (\d+) \|$/gm)].map(([, what = '', count]) => [what, Number(count)]));
  expect(counts.get('commits')).toBe(18);
  expect(counts.get('differences')).toBe(0);
  // What never came up was not tried.
  const kinds = [...counts].filter(([what]) => what.startsWith('rows of '));
  expect(kinds.filter(([, count]) => count === 0)).toEqual([]);
  expect(kinds.length).toBe(10);
  expect(counts.get('files parsed through the cache')).toBeGreaterThan(0);
  expect(counts.get('files parsed through the cache')).toBeLessThan((counts.get('files parsed by scans from nothing') ?? 0) / 2);
}, 120_000);
