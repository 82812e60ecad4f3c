import { defineConfig } from 'vitest/config';
import { LONG, runsAll } from './test/long-parts.js';

export default defineConfig({
  test: {
    globalSetup: ['test/python-parts.ts', 'test/long-parts.ts'],
    include: ['test/**/*.test.ts'],
    exclude: runsAll() ? [] : [...LONG],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
