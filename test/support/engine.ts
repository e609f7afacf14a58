/** An engine on a temp folder with real ffmpeg, and sources planned from real clips. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { systemClock, type Clock } from '../../server/base/clock.js';
import { createExec, type Exec } from '../../server/base/exec.js';
import { silentLog } from '../../server/base/log.js';
import { openIndex } from '../../server/media/index/index.js';
import { makePlan } from '../../server/media/make-plan.js';
import { createProber } from '../../server/media/probe/index.js';
import { createEngine, type Engine, type Progress, type RenderSource } from '../../server/render/index.js';
import { createSegmentStore, type SegmentStore } from '../../storage/segments/index.js';

const run = promisify(execFile);
export const never = new AbortController().signal;

export interface EngineWorld {
  engine: Engine;
  store: SegmentStore;
  dataDir: string;
  /** Every command given to ffmpeg, in order. */
  commands: string[][];
  /** Arguments in, arguments out: how a test gets a slow or a broken encoder. */
  rewrite: (args: string[]) => string[];
  /** A second engine on the same folder, as after a restart. */
  restart(): Promise<EngineWorld>;
  close(): Promise<void>;
}

export interface EngineOptions {
  dataDir?: string;
  clock?: Clock;
  concurrency?: number;
  minFreeBytes?: number;
  /** Replaces some verbs of the real store. */
  store?: (real: SegmentStore) => Partial<SegmentStore>;
}

export async function startEngine(options: EngineOptions = {}): Promise<EngineWorld> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'lanternshare-engine-')));
  const real = createSegmentStore({ dataDir, log: silentLog });
  const store = { ...real, ...options.store?.(real) };
  const exec = createExec({ log: silentLog });
  const commands: string[][] = [];
  const note = (args: readonly string[]) => {
    commands.push([...args]);
    return world.rewrite([...args]);
  };
  const noted: Exec = {
    run: (file, args, given) => exec.run(file, note(args), given),
    start: (file, args, given) => exec.start(file, note(args), given),
  };
  const engine = createEngine({
    ...{ store, openIndex, exec: noted, clock: options.clock ?? systemClock, log: silentLog },
    settings: {
      concurrency: options.concurrency ?? 2,
      niceness: 0,
      minFreeBytes: options.minFreeBytes ?? 0,
    },
  });
  const world: EngineWorld = {
    ...{ engine, store, dataDir, commands },
    rewrite: (args) => args,
    async restart() {
      await engine.close();
      return startEngine({ ...options, dataDir });
    },
    async close() {
      await engine.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  await engine.start();
  return world;
}

/** What ingest would hand to the engine for this file. */
export async function sourceOf(
  path: string,
  { heights, generationId = 'g1' }: { heights?: number[]; generationId?: string } = {},
): Promise<RenderSource> {
  const info = await createProber({ exec: createExec({ log: silentLog }) }).probe(path);
  const index = await openIndex(path, info);
  const plan = makePlan(info, index, { heights });
  await index?.close();
  return { generationId, info, plan, locate: async () => path };
}

export function countSegments({ plan }: RenderSource, id: string): number {
  const rendition = plan.renditions.find((one) => one.id === id);
  return (rendition?.kind === 'audio' ? rendition.frames : plan.videoGrid!.frames).length - 1;
}

/** The whole rendition as one file, as a player would put it together. */
export async function assemble(world: EngineWorld, source: RenderSource, id: string): Promise<string> {
  const parts = [await world.engine.init(source, id, never)];
  for (let n = 0; n < countSegments(source, id); n++) {
    parts.push(await world.engine.segment(source, id, n, never));
  }
  const path = join(world.dataDir, `${source.generationId}-${id}.mp4`);
  await writeFile(path, Buffer.concat(parts));
  return path;
}

/** What ffmpeg says while it decodes the file; nothing when all is well. */
export async function complaints(path: string): Promise<string> {
  return (await run('ffmpeg', ['-v', 'error', '-nostdin', '-i', path, '-f', 'null', '-'])).stderr;
}

/** Resolves with the first progress that is as wanted. */
export function whenProgress(
  { engine }: EngineWorld,
  { generationId }: RenderSource,
  isWanted: (progress: Progress) => boolean,
): Promise<Progress> {
  return new Promise((resolve) => {
    const now = engine.progress(generationId);
    if (now && isWanted(now)) return resolve(now);
    const stop = engine.onProgress((id, progress) => {
      if (id !== generationId || !isWanted(progress)) return;
      stop();
      resolve(progress);
    });
  });
}

export const isOver = ({ state }: Progress): boolean => state === 'complete' || state === 'failed';
