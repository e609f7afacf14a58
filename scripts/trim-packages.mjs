/**
 * Takes out of an installed node_modules what no program reads at run time: sources that were compiled,
 * types, maps, manuals. Only for the image; a check of the image plays a file through what is left.
 */
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

const HELP = `node scripts/trim-packages.mjs FOLDER — removes from that node_modules what only a developer reads`;

/** Whole folders, relative to node_modules. */
const FOLDERS = [
  'sqlite3/deps',
  'sqlite3/src',
  'sqlite3/build/deps',
  'sqlite3/build/Release/obj',
  'sqlite3/build/Release/obj.target',
  'sqlite3/build/Release/.deps',
  'sqlite3/node-addon-api',
  // One of two ways of tus to lock, and not ours.
  '@redis',
  'ioredis',
  '@tus/server/src',
  '@tus/utils/src',
  'zod/src',
  '.bin',
];
const NOT_READ = /\.(d\.[cm]?ts|map|md|markdown|flow|[cm]?ts|target\.mk|a|o|tsbuildinfo)$/i;
const KEPT = /^(licen[cs]e|notice|copying)/i;

const folder = process.argv[2];
if (process.argv.includes('--help') || folder === undefined) {
  console.log(HELP);
  process.exitCode = folder === undefined ? 2 : 0;
} else {
  trim(folder);
}

function trim(root) {
  for (const name of FOLDERS) rmSync(join(root, name), { recursive: true, force: true });
  let sizeBytes = 0;
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    if (NOT_READ.test(entry.name) && !KEPT.test(entry.name)) rmSync(path);
    else sizeBytes += statSync(path).size;
  }
  console.log(`${root}: ${(sizeBytes / 1e6).toFixed(1)} MB are left`);
}
