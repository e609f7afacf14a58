/** What this program is and what it is made of, with their licences, as its packages say. Read once. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../base/files.js';

export interface About {
  version: string;
  license: string;
  nodeVersion: string;
  packages: { name: string; version: string; license: string }[];
}

interface Manifest {
  name: string;
  version: string;
  license?: string;
  dependencies?: Record<string, string>;
}

export function readAbout(): About {
  const root = projectRoot();
  const own = readManifest(root)!;
  const packages = Object.keys(own.dependencies ?? {}).flatMap((name) => {
    const found = readManifest(join(root, 'node_modules', name));
    return found ? [{ name, version: found.version, license: found.license ?? 'see its package' }] : [];
  });
  return {
    version: own.version,
    license: own.license ?? '',
    nodeVersion: process.versions.node,
    packages,
  };
}

function readManifest(folder: string): Manifest | undefined {
  const path = join(folder, 'package.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Manifest) : undefined;
}
