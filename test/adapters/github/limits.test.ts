/** GitHub's limits: when it goes on, and that nothing is sent before. */
import { describe, expect, test } from 'vitest';
import { type As, createLimits } from '../../../src/adapters/github/limits.js';
import { ProblemError } from '../../../src/core/problem.js';

const NOW = '2026-02-15T10:00:00.000Z';
const seconds = (text: string) => Date.parse(text) / 1000;
const RESET = { 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(seconds('2026-02-15T10:20:00Z')) };

function scene() {
  const clock = { at: NOW };
  const limits = createLimits({ now: () => clock.at });
  const refusedUntil = (as: As, quota: 'core' | 'graphql' = 'core') => {
    try {
      limits.admit(as, quota);
      return 'admitted';
    } catch (error) {
      return error instanceof ProblemError ? error.until : 'no problem';
    }
  };
  return { clock, limits, refusedUntil };
}

describe('until when', () => {
  test.each([
    ['Retry-After is obeyed', 403, { 'retry-after': '90' }, 'You have exceeded a secondary rate limit.', '2026-02-15T10:01:30.000Z'],
    ['Retry-After counts more than the reset', 429, { ...RESET, 'retry-after': '5' }, '', '2026-02-15T10:00:05.000Z'],
    ['the primary limit ends at its reset', 403, RESET, 'API rate limit exceeded', '2026-02-15T10:20:00.000Z'],
    ['a secondary limit that says nothing is a minute', 403, {}, 'You have exceeded a secondary rate limit', '2026-02-15T10:01:00.000Z'],
    ['429 is a limit whatever it says', 429, {}, 'no', '2026-02-15T10:01:00.000Z'],
    ['GraphQL says it with 200', 200, RESET, 'API rate limit exceeded for installation', '2026-02-15T10:20:00.000Z'],
    ['a reset that is over already is a minute', 403, { ...RESET, 'x-ratelimit-reset': '1' }, 'x', '2026-02-15T10:01:00.000Z'],
  ])('%s', (_what, status, headers, message, until) => {
    const { limits } = scene();
    expect(limits.limited(7, 'core', { status, headers: new Headers(headers), message })?.until).toBe(until);
  });

  test('a refusal for want of a permission is no limit', () => {
    const { limits, refusedUntil } = scene();
    expect(
      limits.limited(7, 'core', { status: 403, headers: new Headers(), message: 'Resource not accessible by integration' }),
    ).toBeUndefined();
    expect(refusedUntil(7)).toBe('admitted');
  });

  test('secondary limits in a row wait longer each time, and an answer ends the row', () => {
    const { limits } = scene();
    const again = () => limits.limited(7, 'core', { status: 429, headers: new Headers(), message: '' })?.until;
    expect([again(), again(), again()]).toEqual(['2026-02-15T10:01:00.000Z', '2026-02-15T10:02:00.000Z', '2026-02-15T10:04:00.000Z']);
    limits.note(7, 'core', new Headers({ ...RESET, 'x-ratelimit-remaining': '12' }));
    expect(again()).toBe('2026-02-15T10:01:00.000Z');
  });
});

test('until then nothing of the installation is sent, and all of the others', () => {
  const { clock, limits, refusedUntil } = scene();
  limits.limited(7, 'core', { status: 403, headers: new Headers({ 'retry-after': '90' }), message: 'secondary rate limit' });
  expect([refusedUntil(7), refusedUntil(7, 'graphql'), refusedUntil(8)]).toEqual([
    '2026-02-15T10:01:30.000Z',
    '2026-02-15T10:01:30.000Z',
    'admitted',
  ]);
  clock.at = '2026-02-15T10:01:30.000Z';
  expect(refusedUntil(7)).toBe('admitted');
});

test('an allowance that is used up is noticed before GitHub has to refuse, for that quota alone', () => {
  const { limits, refusedUntil } = scene();
  limits.note(7, 'graphql', new Headers(RESET));
  expect([refusedUntil(7, 'graphql'), refusedUntil(7, 'core')]).toEqual(['2026-02-15T10:20:00.000Z', 'admitted']);
  expect(limits.allowance(7, 'graphql')).toEqual({ limit: 5000, remaining: 0, reset: '2026-02-15T10:20:00.000Z' });
});
