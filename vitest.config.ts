import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: ['test/python-parts.ts'],
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
