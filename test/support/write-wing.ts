/**
 * The write wing on a real folder, a real library and the real ffprobe, in real time that may jump ahead. Only
 * the engine is a list of what it was asked. Every wait is for a change that the library tells, or for a state.
 */
import { execFile } from 'node:child_process';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { createExec } from '../../server/base/exec.js';
import { createLog } from '../../server/base/log.js';
import { createIngest, type Ingest } from '../../server/ingest/index.js';
import { createLibrary, type Library, type MediaFile } from '../../server/library/index.js';
import { openIndex } from '../../server/media/index/index.js';
import { makePlan, recipeOf } from '../../server/media/make-plan.js';
import { createProber, type Prober } from '../../server/media/probe/index.js';
import { createPasswords } from '../../server/auth/index.js';
import { createShares, type Shares } from '../../server/share/index.js';
import type { Database } from '../../storage/database/index.js';
import { openTestDatabase } from './database.js';
import { startInProcess } from './in-process-thread.js';
import { createJumpingClock, type JumpingClock } from './jumping-clock.js';

export interface WriteWing {
  db: Database;
  mediaDir: string;
  clock: JumpingClock;
  library: Library;
  shares: Shares;
  ingest: Ingest;
  /** What the engine was asked, in order. */
  filled: string[];
  forgotten: string[];
  logged: { level: number; msg: string; path?: string }[];
  at(path: string): string;
  /** Writes a file in one go, under its final name. */
  write(path: string, content: Buffer | string): Promise<void>;
  /** Writes a file under a hidden name, then renames it. */
  drop(path: string, content: Buffer | string): Promise<void>;
  /** The record at that path, which need not have its file any more. */
  find(path: string): Promise<MediaFile | undefined>;
  /** Until there is a record at that path in that state. */
  reaches(path: string, state: MediaFile['state']): Promise<MediaFile>;
  /** Until a change of a record makes it so. */
  until(isSo: () => boolean | Promise<boolean>): Promise<void>;
  /** Until it is so, for what no record tells. */
  turnUntil(isSo: () => boolean | Promise<boolean>): Promise<void>;
  /** All of the media dir is read, and what was found has been acted on. */
  rescan(): Promise<void>;
  /** A new write wing on the same folders, as after a restart; with a recipe, of a version that plans by it. */
  restart(recipe?: string): Promise<void>;
}

export interface WriteWingOptions {
  settleMs?: number;
  /** Stands between us and ffprobe. */
  prober?: (real: Prober) => Pick<Prober, 'probe'>;
  before?: (mediaDir: string) => Promise<void>;
}

export async function openWriteWing({
  settleMs = 300,
  prober,
  before,
}: WriteWingOptions = {}): Promise<WriteWing> {
  const { db, folder } = await openTestDatabase();
  const mediaDir = join(folder, 'media');
  await before?.(mediaDir);
  const clock = createJumpingClock();
  const logged: WriteWing['logged'] = [];
  const log = createLog('info', {
    write: (line) => logged.push(JSON.parse(line) as WriteWing['logged'][number]),
  });
  const library = createLibrary({ db, mediaDir, clock, log });
  const shares = createShares({ db, library, passwords: createPasswords(), clock, log });
  const real = createProber({ exec: createExec({ log }) });
  const filled: string[] = [];
  const forgotten: string[] = [];

  let recipe = recipeOf({});
  function create(): Ingest {
    return createIngest({
      library,
      prober: prober ? prober(real) : real,
      openIndex,
      makePlan: (...given) => ({ ...makePlan(...given), recipe }),
      recipe,
      engine: {
        fill: ({ generationId }, index) => {
          filled.push(generationId);
          void index?.close();
        },
        forget: async (generationId) => void forgotten.push(generationId),
        progress: () => undefined,
      },
      settings: { mediaDir, settleMs, segmentSeconds: 4 },
      startThread: startInProcess,
      clock,
      log,
    });
  }

  const wing: WriteWing = {
    db,
    mediaDir,
    clock,
    library,
    shares,
    ingest: create(),
    filled,
    forgotten,
    logged,
    at: (path) => join(mediaDir, path),
    async write(path, content) {
      await mkdir(dirname(wing.at(path)), { recursive: true });
      await writeFile(wing.at(path), content);
    },
    async drop(path, content) {
      const hidden = wing.at(`.${path.replaceAll('/', '-').slice(-100)}.tmp`);
      await mkdir(dirname(wing.at(path)), { recursive: true });
      await writeFile(hidden, content);
      await rename(hidden, wing.at(path));
    },
    async find(path) {
      const [here] = await library.at([path]);
      return here;
    },
    async reaches(path, state) {
      let found: MediaFile | undefined;
      await wing.until(async () => (found = await wing.find(path))?.state === state);
      return found!;
    },
    until: (isSo) =>
      new Promise<void>((resolve, reject) => {
        let isChecking = false;
        let hasChanged = false;
        const stop = library.onChange(() => void check());
        /** One check at a time, and one more when something changed during it. */
        async function check(): Promise<void> {
          hasChanged = true;
          if (isChecking) return;
          isChecking = true;
          try {
            while (hasChanged) {
              hasChanged = false;
              if (!(await isSo())) continue;
              stop();
              return resolve();
            }
          } catch (error) {
            stop();
            reject(error);
          } finally {
            isChecking = false;
          }
        }
        void check();
      }),
    async turnUntil(isSo) {
      while (!(await isSo())) await new Promise(setImmediate);
    },
    rescan: () => wing.ingest.rescan(),
    async restart(newRecipe = recipe) {
      recipe = newRecipe;
      await wing.ingest.close();
      wing.ingest = create();
      await start(wing);
    },
  };
  onTestFinished(() => wing.ingest.close());
  await start(wing);
  return wing;
}

async function start({ ingest }: WriteWing): Promise<void> {
  await ingest.start();
  await ingest.rescan();
}

let wavs = 0;

/** A WAV file of noise, no two alike; its header says how long it is, so that half of it is known to be half. */
export function makeWav(seconds = 0.5): Buffer {
  const data = Buffer.alloc(Math.round(seconds * 8000) * 2);
  const seed = ++wavs;
  for (let n = 0; n < data.length / 2; n++)
    data.writeInt16LE(((n * 7919 + seed * 104_729) % 20_000) - 10_000 || 1, n * 2);
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + data.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20); // PCM
  header.writeUInt16LE(1, 22); // channels
  header.writeUInt32LE(8000, 24);
  header.writeUInt32LE(16_000, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(data.length, 40);
  return Buffer.concat([header, data]);
}

/** The same sound as an MPEG transport stream, which never says how long it is. */
export async function toTransportStream(wav: Buffer, folder: string): Promise<Buffer> {
  const [from, to] = [join(folder, 'from.wav'), join(folder, 'to.ts')];
  await writeFile(from, wav);
  const args = ['-v', 'error', '-y', '-i', from, '-c:a', 'mp2', '-f', 'mpegts', to];
  await promisify(execFile)('ffmpeg', args);
  return readFile(to);
}
