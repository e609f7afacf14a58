import { describe, expect, test } from 'vitest';
import { loadConfig, variableNames } from '../../server/base/config.js';
import { projectFile, projectFiles } from '../support/tree.js';

const rows = [...projectFile('README.md').matchAll(/^\| `([A-Z_]+)` \| (.+?) \|/gm)];
const documented = rows.map(([, name]) => name!);

describe('the table of settings in README.md', () => {
  test('names every variable that is read, and no other', () => {
    expect([...documented].sort()).toEqual([...variableNames].sort());
  });

  test('names each once', () => {
    expect(new Set(documented).size).toBe(documented.length);
  });

  test.each(rows.flatMap(([, name, cell]) => (/^`(.*)`$/.exec(cell!) ? [[name!, cell!.slice(1, -1)]] : [])))(
    'tells the true default of %s',
    (name, value) => {
      expect(loadConfig({ [name]: value })).toEqual(loadConfig({}));
    },
  );
});

test('only the program and its tools read the environment', () => {
  const readers = projectFiles(/^(server|storage)\/.*\.ts$/)
    .filter(({ text }) => /process\.env/.test(text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')))
    .map(({ path }) => path);
  expect(readers).toEqual(['server/main.ts']);
});

test('the image and compose.yaml use only variables that exist', () => {
  const known = new Set([...variableNames, 'PUID', 'PGID', 'NODE_ENV', 'npm_config_nodedir']);
  const used = [
    ...[...projectFile('compose.yaml').matchAll(/^ {4}# {2}([A-Z_]+):/gm)].map(([, name]) => name!),
    ...[...projectFile('Dockerfile').matchAll(/^ENV (.+)$/gm)].flatMap(([, pairs]) =>
      pairs!.split(' ').map((pair) => pair.split('=')[0]!),
    ),
  ];
  expect(used.filter((name) => !known.has(name) && !name.startsWith('npm_config_'))).toEqual([]);
  expect(used).toContain('MEDIA_DIR');
});
