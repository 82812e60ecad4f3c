import { defineConfig } from 'vitest/config';
import { LONG, runsAll } from './test/long-parts.js';

export default defineConfig({
  test: {
    globalSetup: ['test/python-parts.ts', 'test/long-parts.ts'],
    setupFiles: ['test/property-seed.ts'],
    include: ['test/**/*.test.ts'],
    exclude: runsAll() ? [] : [...LONG],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // Loading the program anew for each file took a third of the time. What a test leaves behind in its process is a defect of that test.
    isolate: false,
    maxWorkers: 2,
  },
});
