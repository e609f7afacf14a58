/**
 * The pages' scripts: each file of views/public becomes one of dist/public, with all that it imports, small.
 * What is imported later (`await import('./x.js')`) stays a file of its own.
 */
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, context } from 'esbuild';

const HELP = `node scripts/bundle.mjs — makes dist/public/*.js from views/public/*.js; npm run build and the tests do so too

  --watch   makes them again on every change
  --help    this text`;

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const source = join(root, 'views/public');
const target = join(root, 'dist/public');

export async function bundle() {
  await build(options());
}

function options() {
  return {
    absWorkingDir: root,
    entryPoints: readdirSync(source)
      .filter((name) => name.endsWith('.js'))
      .map((name) => join(source, name)),
    outdir: target,
    write: false,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'inline',
    logLevel: 'warning',
    plugins: [dynamicImportsStay, writeWhole],
  };
}

const dynamicImportsStay = {
  name: 'dynamic imports stay',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\// }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    );
  },
};

/** By renaming, since somebody may be reading; what has no source any more goes. */
const writeWhole = {
  name: 'write whole',
  setup({ onEnd }) {
    onEnd(({ errors, outputFiles }) => {
      if (errors.length > 0) return;
      mkdirSync(target, { recursive: true });
      for (const { path, contents } of outputFiles) {
        const unfinished = `${path}.${process.pid}`;
        writeFileSync(unfinished, contents);
        renameSync(unfinished, path);
      }
      const made = outputFiles.map(({ path }) => basename(path));
      for (const name of readdirSync(target)) {
        if (name.endsWith('.js') && !made.includes(name)) rmSync(join(target, name));
      }
    });
  },
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--help')) console.log(HELP);
  else if (process.argv.includes('--watch')) await (await context(options())).watch();
  else await bundle();
}
