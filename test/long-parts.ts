/** The tests that take minutes: left out of a quick run on a laptop, which says so; never in CI, and not of `npm run test:all`. */

/**
 * Processes that are killed or played twice, and every row over HTTP against the strict stand-in: the merge step, the
 * life of a pull request, what must stop a merge, every command, two repositories, words that nobody can read, faults on the
 * way; a whole local run for each thing that data and people do to one; personal data planted in every kind of column,
 * conditions of the gate switched off one by one; the demo as a whole.
 */
export const LONG = [
  'test/adapters/duckdb/planted.test.ts',
  'test/bot/kills.test.ts',
  'test/cli/bad-data.test.ts',
  'test/cli/odd-input.test.ts',
  'test/cli/waiting-fleet.test.ts',
  'test/core/merge-gate/knock-out.test.ts',
  'test/demo/demo.test.ts',
  'test/evidence/kills.test.ts',
  'test/evidence/same-bytes.test.ts',
  'test/main/interrupted.test.ts',
  'test/spine/commands.test.ts',
  'test/spine/gate-rows.test.ts',
  'test/spine/life.test.ts',
  'test/spine/merge-step.test.ts',
  'test/spine/sweep.test.ts',
  'test/spine/two-repositories.test.ts',
  'test/spine/unread-words.test.ts',
] as const;

export function runsAll(): boolean {
  return Boolean(process.env.CI) || Boolean(process.env.TEST_ALL);
}

export function setup(): void {
  if (!runsAll()) console.warn(`${LONG.length} long parts are left out (${LONG.join(', ')}): \`npm run test:all\` runs them too.`);
}
