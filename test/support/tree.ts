/** The repository's own files, for tests about the repository. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { projectRoot } from '../../server/base/files.js';

/** What is made, fetched or the user's; the rest was written by people. */
const NOT_OURS = new Set(['node_modules', 'dist', 'media', 'data', '.dev', '.git', 'coverage']);

export interface ProjectFile {
  /** Relative to the root, `/` between parts. */
  path: string;
  text: string;
}

/** Sorted by path. */
export function projectFiles(pattern: RegExp): ProjectFile[] {
  const root = projectRoot();
  return walk(root)
    .map((path) => relative(root, path))
    .filter((path) => pattern.test(path))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

export function projectFile(path: string): string {
  return readFileSync(join(projectRoot(), path), 'utf8');
}

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return isOurs(folder, entry.name) ? walk(path) : [];
    return entry.isFile() ? [path] : [];
  });
}

/** Only at the top: server/media is code. */
function isOurs(folder: string, name: string): boolean {
  return folder !== projectRoot() || !NOT_OURS.has(name);
}
