/** How much room all that is kept takes, by looking at every file. One folder after the other: nobody waits for it. */
import { opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { hasErrno } from '../../server/base/errors.js';

export async function usedBytes(folder: string): Promise<number> {
  let sum = 0;
  try {
    for await (const entry of await opendir(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) sum += await usedBytes(path);
      else if (entry.isFile()) sum += (await stat(path)).size;
    }
  } catch (error) {
    // What is removed meanwhile takes no room.
    if (!hasErrno(error, 'ENOENT', 'ENOTDIR')) throw error;
  }
  return sum;
}
