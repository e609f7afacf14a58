/** From TypeScript to dist/, with the pages' scripts; views and styles are served as they are and need no step. */
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.mjs';

const HELP = `npm run build — compiles server/, storage/, the operator's and the pages' scripts to dist/

  node scripts/build.mjs          builds anew
  node scripts/build.mjs --help   this text`;

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

if (process.argv.includes('--help')) {
  console.log(HELP);
} else {
  await build();
}

async function build() {
  // A file that was renamed must not live on as compiled code.
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
  await bundle({ isFinal: true });
  writeFileSync(join(root, 'dist/.built'), '');
}
