import { describe, expect, test } from 'vitest';
import { projectFile, projectFiles } from '../support/tree.js';

const TEXT = /\.(ts|js|mjs|cjs|json|md|ejs|css|ya?ml|sql)$|^(Dockerfile|\.ci\/run|\.npmrc|scripts\/[a-z-]+)$/;
const written = projectFiles(TEXT).filter(
  ({ path }) => path !== 'package-lock.json' && !path.startsWith('test/promises/'),
);

describe('the repository', () => {
  test('names no folder of the machine that it was written on', () => {
    expect(filesWith(/(?<![\w.-])\/(work|root|home\/\w+)\//)).toEqual([]);
  });

  test('names no package registry, so that everyone installs from their own', () => {
    expect(filesWith(/registry\.(npmjs|yarnpkg)\.|npm\.pkg\.github/)).toEqual([]);
    expect(projectFile('package-lock.json')).not.toMatch(/"resolved":/);
  });

  test('has a licence, and package.json says the same', () => {
    expect(projectFile('LICENSE')).toMatch(/^MIT License/);
    expect(JSON.parse(projectFile('package.json'))).toMatchObject({ license: 'MIT' });
  });

  test('tells its users of the version that it is', () => {
    const { version } = JSON.parse(projectFile('package.json')) as { version: string };
    expect(projectFile('CHANGELOG.md')).toContain(`\n## ${version}`);
  });
});

describe('README.md', () => {
  test('opens with the two commands and the container, in this order', () => {
    const blocks = [...projectFile('README.md').matchAll(/^```sh\n(.*?)\n```/gms)].map(([, code]) => code);
    expect(blocks.slice(0, 3)).toEqual([
      'scripts/start',
      'scripts/test',
      'docker run -v ./media:/media -v lanternshare:/data -p 8080:8080 lanternshare',
    ]);
  });

  test('names only npm scripts and files that exist', () => {
    const text = projectFile('README.md');
    const { scripts } = JSON.parse(projectFile('package.json')) as { scripts: Record<string, string> };
    const named = [...text.matchAll(/npm run (?:--silent )?([a-z:]+)/g)].map(([, name]) => name!);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
    const files = new Set(projectFiles(/^scripts\//).map(({ path }) => path));
    // dist/scripts/x.js is what becomes of scripts/x.ts.
    const paths = [...text.matchAll(/(?:dist\/)?scripts\/[\w/.-]*\w/g)].map(([path]) =>
      path.replace(/^dist\/(.*)\.js$/, '$1.ts'),
    );
    expect(paths.filter((path) => !files.has(path))).toEqual([]);
  });
});

function filesWith(pattern: RegExp): string[] {
  return written.filter(({ text }) => pattern.test(text)).map(({ path }) => path);
}
