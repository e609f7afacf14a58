/** The folder that is watched, and the records that an earlier run would have left of it. */
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDatabase } from '../../../storage/database/index.js';
import { systemClock } from '../../../server/base/clock.js';
import { silentLog } from '../../../server/base/log.js';
import { createLibrary } from '../../../server/library/index.js';

export async function makeFolder(mediaDir: string, files: number, folders: number): Promise<void> {
  const perFolder = Math.ceil(files / folders);
  let made = 0;
  for (let n = 0; n < folders; n++) {
    const folder = join(mediaDir, `Album ${String(n).padStart(5, '0')}`);
    await mkdir(folder, { recursive: true });
    const names = Array.from({ length: Math.min(perFolder, files - made) }, (_, m) => `Take ${n}-${m}.mp4`);
    await Promise.all(names.map((name) => writeFile(join(folder, name), `not really a film: ${name}`)));
    made += names.length;
  }
}

/** All are recorded as failed, which is what their probes would have come to. */
export async function recordAll(mediaDir: string, dataDir: string): Promise<void> {
  const db = await openDatabase({ file: join(dataDir, 'lanternshare.db'), log: silentLog });
  try {
    const library = createLibrary({ db, mediaDir, clock: systemClock, log: silentLog });
    for (const folder of await readdir(mediaDir)) {
      const names = await readdir(join(mediaDir, folder));
      const found = names.map(async (name) => {
        const { dev, ino, size, mtimeMs } = await stat(join(mediaDir, folder, name));
        const signature = { device: dev, inode: ino, sizeBytes: size, mtimeMs };
        return { path: `${folder}/${name}`, signature };
      });
      await library.admit(await Promise.all(found));
    }
    await db.transaction((tx) =>
      tx('media_files').update({ state: 'failed', error: 'This is not a video or audio file.' }),
    );
  } finally {
    await db.close();
  }
}
