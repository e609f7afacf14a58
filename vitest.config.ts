/**
 * Four kinds of tests. `unit` mirrors the tree and runs side by side; `flow` drives the whole appliance;
 * `pages` does so in a real Chromium; `promises` is the repository about itself.
 */
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const cores = availableParallelism();

export default defineConfig({
  test: {
    environment: 'node',
    pool: 'forks',
    maxWorkers: Math.max(2, cores),
    // CI has a fixed notion of a pass: an `.only` left behind fails there and here alike.
    allowOnly: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/{flow,pages,promises}/**'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'promises',
          include: ['test/promises/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'flow',
          include: ['test/flow/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          // Each file renders with ffmpeg; more of them at once than cores would only make all slower.
          maxWorkers: Math.max(1, Math.floor(cores / 2)),
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'pages',
          include: ['test/pages/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          maxWorkers: Math.max(1, Math.floor(cores / 2)),
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
