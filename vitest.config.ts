/**
 * Five kinds of tests. `unit` and `programs` mirror the tree: those of `programs` start others (ffmpeg above
 * all), which takes longer, so they are told apart by what they import. `flow` drives the whole appliance;
 * `pages` does so in a real Chromium; `promises` is the repository about itself.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { defineConfig } from 'vitest/config';

const cores = availableParallelism();
/** A test file of `flow` or `pages` keeps several processes busy: more of them at once only makes all slower. */
const appliancesAtOnce = Math.max(1, Math.floor(cores / 2));

const WHOLE = ['test/{flow,pages,promises}/**'];
const programs = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.test.ts') && !/^(flow|pages|promises)\//.test(path))
  .map((path) => `test/${path}`)
  .filter((path) => startsPrograms(path));

export default defineConfig({
  test: {
    environment: 'node',
    globalSetup: 'test/support/bundled.ts',
    pool: 'forks',
    maxWorkers: Math.max(2, cores),
    // An `.only` left behind fails here as it does in CI.
    allowOnly: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...WHOLE, ...programs],
          // No module keeps state, so no test file needs a process of its own: half the time.
          isolate: false,
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: { name: 'programs', include: programs, testTimeout: 90_000, hookTimeout: 90_000 },
      },
      {
        extends: true,
        test: {
          name: 'promises',
          include: ['test/promises/**/*.test.ts'],
          testTimeout: 90_000,
          hookTimeout: 90_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'flow',
          include: ['test/flow/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 90_000,
          maxWorkers: appliancesAtOnce,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'pages',
          include: ['test/pages/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 90_000,
          maxWorkers: appliancesAtOnce,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});

/** Whether a test file, or what it imports from test/, starts child processes. */
function startsPrograms(path: string, seen = new Set<string>()): boolean {
  if (seen.has(path)) return false;
  seen.add(path);
  const text = readFileSync(path, 'utf8');
  if (/node:child_process|base\/exec\.js/.test(text)) return true;
  return [...text.matchAll(/from '(\.{1,2}\/[^']+)\.js'/g)]
    .map(([, specifier]) => join(dirname(path), `${specifier}.ts`))
    .some((imported) => imported.startsWith('test/') && startsPrograms(imported, seen));
}
