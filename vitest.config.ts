import { defineConfig } from 'vitest/config';

/** Two files at a time: each runs a worker or a server beside it, and a small machine has two cores. */
const oneFilePerCore = { pool: 'forks', maxWorkers: 2 } as const;

export default defineConfig({
  test: {
    globalSetup: ['test/support/globalSetup.ts'],
    reporters: ['default', './test/support/totalsReporter.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.{int,e2e}.test.ts'],
          // Only against a test that never ends: how fast something is, a benchmark says.
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          ...oneFilePerCore,
          name: 'integration',
          include: ['test/**/*.int.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          pool: 'forks',
          maxWorkers: 1,
          fileParallelism: false,
          name: 'e2e',
          include: ['test/**/*.e2e.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
