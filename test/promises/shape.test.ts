import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { projectFiles } from '../support/tree.js';

const CODE = /^(server|storage|scripts|test|views\/public)\/.*\.(ts|js|mjs)$/;
const PROGRAM = /^(server|storage)\/.*\.ts$/;
const MOST_LINES = 300;
const MOST_NAMES = 8;

describe('files', () => {
  test('are short enough to be read in one sitting', () => {
    const long = projectFiles(CODE)
      .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
      .filter(({ lines }) => lines > MOST_LINES);
    expect(long).toEqual([]);
  });

  test('of the program say first what they promise', () => {
    const silent = projectFiles(PROGRAM)
      .filter(({ path, text }) => !path.endsWith('/index.ts') && !/^(\/\*\*|\/\/ )/.test(text))
      .map(({ path }) => path);
    expect(silent).toEqual([]);
  });

  test('have names of one noun or verb in kebab-case, and none that says nothing', () => {
    const odd = projectFiles(CODE)
      .map(({ path }) => path)
      .filter((path) => {
        const name = path
          .split('/')
          .at(-1)!
          .replace(/(\.test|\.d|\.worker)?\.(ts|js|mjs)$/, '');
        return (
          !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) ||
          /^(utils?|helpers?|common|misc|manager|service)$|-(utils?|helpers?|manager|service)$/.test(name)
        );
      });
    expect(odd).toEqual([]);
  });
});

describe('doors', () => {
  test(`export at most ${MOST_NAMES} names`, () => {
    const wide = projectFiles(/^(server|storage)\/.*\/index\.ts$/)
      .map(({ path, text }) => ({ path, names: exportedNames(text) }))
      .filter(({ names }) => names.length > MOST_NAMES);
    expect(wide).toEqual([]);
  });

  test('name what they export', () => {
    const blind = projectFiles(/^(server|storage)\/.*\/index\.ts$/).filter(({ text }) =>
      /^export \* from/m.test(text),
    );
    expect(blind.map(({ path }) => path)).toEqual([]);
  });
});

describe('tests', () => {
  const tests = projectFiles(/^test\/.*\.ts$/).filter(({ path }) => !path.startsWith('test/promises/'));

  test('never sleep', () => {
    expect(linesWith(tests, /setTimeout\(|sleep\(|waitForTimeout|timers\/promises/)).toEqual([]);
  });

  test('are never left out or singled out', () => {
    expect(linesWith(tests, /\.(skip|only|todo|skipIf|runIf|fails)\b ?\(/)).toEqual([]);
  });

  test('say in each file what they expect', () => {
    const mute = tests.filter(
      ({ path, text }) => path.endsWith('.test.ts') && !/\b(expect|assert)/.test(text),
    );
    expect(mute.map(({ path }) => path)).toEqual([]);
  });
});

test('nothing is left for later in a comment', () => {
  const marks = linesWith(projectFiles(CODE), /\b(FIXME|XXX|HACK)\b|(?<!@)\bTODO\b/);
  expect(marks.filter((line) => !line.startsWith('test/promises/'))).toEqual([]);
});

function linesWith(files: { path: string; text: string }[], pattern: RegExp): string[] {
  return files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, n) => (pattern.test(line) ? [`${path}:${n + 1}: ${line.trim()}`] : [])),
  );
}

function exportedNames(text: string): string[] {
  const source = ts.createSourceFile('index.ts', text, ts.ScriptTarget.ES2023, true);
  return source.statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement)) {
      const clause = statement.exportClause;
      if (clause === undefined) return ['*'];
      return ts.isNamedExports(clause) ? clause.elements.map((e) => e.name.text) : [clause.name.text];
    }
    const isExported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some((m) => m.kind === ts.SyntaxKind.ExportKeyword);
    if (!isExported) return [];
    return ts.isVariableStatement(statement)
      ? statement.declarationList.declarations.map((d) => d.name.getText())
      : [(statement as ts.FunctionDeclaration).name?.text ?? 'default'];
  });
}
