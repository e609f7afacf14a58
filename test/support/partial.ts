/** Uploads in parts by themselves, on a folder of their own and with the clock in the test's hand. */
import { mkdir, readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { createFakeClock, type FakeClock } from '../../server/base/clock.js';
import { silentLog } from '../../server/base/log.js';
import { createPartialUploads } from '../../server/library/partial-uploads.js';
import { makeTestFolder } from './database.js';

const ID = 'a'.repeat(32);

export async function startUploads(): Promise<{
  clock: FakeClock;
  begin(filename: string, content: Buffer): Promise<void>;
  names(): Promise<string[]>;
}> {
  const mediaDir = await makeTestFolder();
  const folder = join(mediaDir, '.unfinished');
  await mkdir(folder);
  const clock = createFakeClock();
  const uploads = createPartialUploads({
    folder,
    mediaDir,
    checkSpace: () => Promise.resolve(),
    keep: () => Promise.reject(new Error('nothing becomes whole here')),
    clock,
    log: silentLog,
  });
  uploads.start();
  return {
    clock,
    async begin(filename, content) {
      await uploads.begin({ id: ID, sizeBytes: content.length, filename, folder: '' });
      const now = clock.now() / 1000;
      for (const name of await readdir(folder)) await utimes(join(folder, name), now, now);
    },
    names: () => readdir(folder),
  };
}
