import { execFile } from 'node:child_process';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { projectRoot } from '../../server/base/files.js';
import { projectFiles } from '../support/tree.js';

const run = promisify(execFile);
const root = projectRoot();
/** What people start: the files of scripts/ and scripts/bench/; deeper ones are parts of them. */
const scripts = projectFiles(/^scripts\/(bench\/)?[\w-]+(\.ts|\.mjs)?$/).map(({ path }) => path);

describe('a script', () => {
  test.each(scripts)('%s tells with --help what it does, and does nothing else', async (path) => {
    const { stdout, stderr } = await startScript(path, ['--help']);
    expect(stderr.replaceAll(/^npm warn.*\n?/gm, '')).toBe('');
    expect(stdout).toContain(basename(path).replace(/\.\w+$/, ''));
    expect(stdout.length).toBeGreaterThan(40);
  });
});

test('ARCHITECTURE.md shows the import graph that the code has', async () => {
  await expect(startScript('scripts/graph.ts', ['--check'])).resolves.toBeDefined();
});

function startScript(path: string, args: string[]) {
  const loader = path.endsWith('.ts') ? ['--import', 'tsx'] : [];
  const [file, ...before] = /\.(ts|mjs)$/.test(path)
    ? [process.execPath, ...loader, join(root, path)]
    : [join(root, path)];
  return run(file, [...before, ...args], { cwd: root, timeout: 30_000 });
}
