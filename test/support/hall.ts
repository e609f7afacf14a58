/** A library and its shares on a real database and a real folder, with the clock in the test's hand. */
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Database } from '../../storage/database/index.js';
import { createFakeClock, type FakeClock } from '../../server/base/clock.js';
import { silentLog } from '../../server/base/log.js';
import {
  createLibrary,
  type FileSignature,
  type Library,
  type MediaFile,
} from '../../server/library/index.js';
import type { MediaInfo } from '../../server/media/info.js';
import type { Plan } from '../../server/media/plan.js';
import { createClips, type Clip, type Clips } from '../../server/clips/index.js';
import { createPasswords } from '../../server/auth/index.js';
import { createShares, type Shares } from '../../server/share/index.js';
import { openTestDatabase } from './database.js';

export interface Hall {
  db: Database;
  mediaDir: string;
  clock: FakeClock;
  library: Library;
  shares: Shares;
  /** Only for cuts that need no program. */
  cuts: Clips;
  /** Writes a real file and tells what a scan would find. */
  write(path: string, content?: string): Promise<{ path: string; signature: FileSignature }>;
  /** A record in state pending, of a real file. */
  admit(path: string, content?: string): Promise<MediaFile>;
  /** The same, and published. */
  publish(path: string, content?: string): Promise<MediaFile>;
}

export async function openHall(): Promise<Hall> {
  const { db, folder } = await openTestDatabase();
  const mediaDir = join(folder, 'media');
  const clock = createFakeClock();
  const library = createLibrary({ db, mediaDir, clock, log: silentLog });
  const shares = createShares({ db, library, passwords: createPasswords(), clock, log: silentLog });
  const cuts = createClips({
    db,
    library,
    exec: {
      start() {
        throw new Error('programs are not started here');
      },
    },
    onRemoved: () => shares.forgetRead(),
    clock,
    log: silentLog,
  });

  async function write(path: string, content = `content of ${path}`) {
    await mkdir(dirname(join(mediaDir, path)), { recursive: true });
    await writeFile(join(mediaDir, path), content);
    return { path, signature: await signatureOf(join(mediaDir, path)) };
  }

  async function admit(path: string, content?: string) {
    const [file] = await library.admit([await write(path, content)]);
    return file!;
  }

  async function publish(path: string, content?: string) {
    const file = await admit(path, content);
    await library.setProcessing(file.id);
    await library.publish(file.id, { signature: file, info: infoOf(file.sizeBytes), plan: samplePlan });
    return (await library.get(file.id))!;
  }

  return { db, mediaDir, clock, library, shares, cuts, write, admit, publish };
}

/** In the order of their times. */
export async function cutClips(
  { cuts }: { cuts: Pick<Clips, 'segment' | 'list'> },
  fileId: string,
  ranges: [number, number][],
): Promise<{ segmentationId: string; clips: Clip[] }> {
  const { id: segmentationId } = await cuts.segment(fileId, {
    cutting: {
      strategy: 'manual',
      ranges: ranges.map(([startSeconds, endSeconds]) => ({ startSeconds, endSeconds })),
      range: {},
    },
    config: {},
    hasThumbnails: true,
  });
  const { clips } = await cuts.list({ segmentationId, limit: 100, offset: 0 });
  return { segmentationId, clips };
}

export async function signatureOf(file: string): Promise<FileSignature> {
  const { dev, ino, size, mtimeMs } = await stat(file);
  return { device: dev, inode: ino, sizeBytes: size, mtimeMs };
}

/** A signature for records whose file nobody looks at. */
export function someSignature(more: Partial<FileSignature> = {}): FileSignature {
  return { device: 1, inode: 2, sizeBytes: 3, mtimeMs: 4.5, ...more };
}

export function infoOf(sizeBytes: number, more: Partial<MediaInfo> = {}): MediaInfo {
  return {
    format: 'mp3',
    mediaType: 'audio',
    durationSeconds: 12.5,
    startSeconds: 0,
    sizeBytes,
    bitrateBps: 128_000,
    audios: [],
    subtitles: [],
    chapters: [],
    leftOut: [],
    ...more,
  };
}

export const samplePlan: Plan = { recipe: 'r1', durationSeconds: 12.5, renditions: [] };
