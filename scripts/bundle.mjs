/**
 * The pages' scripts: each file of views/public becomes one of dist/public, with all that it imports, small.
 * What is imported later (`await import('./x.js')`) stays a file of its own. hls.js is as its package ships it.
 */
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { build, context } from 'esbuild';

const HELP = `node scripts/bundle.mjs — makes dist/public/*.js from views/public/*.js; npm run build and the tests do so too

  --watch   makes them again on every change
  --help    this text`;

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const source = join(root, 'views/public');
const target = join(root, 'dist/public');

/** @param {{ isFinal?: boolean }} how final: also compressed as far as it goes, which takes seconds */
export async function bundle({ isFinal = false } = {}) {
  await build(options(isFinal));
}

function options(isFinal = false) {
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
    plugins: [dynamicImportsStay, writeWhole(isFinal)],
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
const writeWhole = (isFinal) => ({
  name: 'write whole',
  setup({ onEnd }) {
    onEnd(({ errors, outputFiles }) => {
      if (errors.length > 0) return;
      const scripts = [
        ...outputFiles.map(({ path, contents }) => [basename(path), contents]),
        ['hls.js', readHlsJs()],
      ];
      const compressed = isFinal ? scripts.map(([name, content]) => [`${name}.br`, compress(content)]) : [];
      mkdirSync(target, { recursive: true });
      const made = [...scripts, ...compressed];
      for (const [name, content] of made) {
        const unfinished = join(target, `${name}.${process.pid}`);
        writeFileSync(unfinished, content);
        renameSync(unfinished, join(target, name));
      }
      for (const name of readdirSync(target)) {
        const isOurs = /\.js(\.br)?$/.test(name);
        if (isOurs && !made.some(([kept]) => kept === name)) rmSync(join(target, name), { force: true });
      }
    });
  },
});

/** Without its source map, which is not served. */
function readHlsJs() {
  const path = createRequire(import.meta.url).resolve('hls.js/dist/hls.min.mjs');
  return readFileSync(path, 'utf8').replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n');
}

/** Of hls.js 149 KB instead of 161. */
function compress(content) {
  return brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--help')) console.log(HELP);
  else if (process.argv.includes('--watch')) await (await context(options())).watch();
  else await bundle();
}
