/**
 * Draws the sheet of a storyboard, in the cheapest way that the source allows: keyframes picked by the index, all
 * pictures where there are few, else one seek for each tile. Keeps nothing.
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { hasErrno, isAppError } from '../base/errors.js';
import type { Child, Exec, ExecOptions } from '../base/exec.js';
import { initSegment, mediaSegment } from '../media/fmp4/index.js';
import type { VideoStream } from '../media/info.js';
import type { VideoIndex } from '../media/source-index.js';
import { momentOf, pickKeyframes, storyboardArgs, type StoryboardLayout } from '../media/storyboard/index.js';
import type { IndexCache } from './index-cache.js';
import type { RenderSource } from './model.js';

export interface Storyboards {
  /** JPEG; undefined where no picture could be had. Errors: 'aborted', 'source-missing'. */
  draw(source: RenderSource, layout: StoryboardLayout, options: DrawOptions): Promise<Buffer | undefined>;
}

type DrawOptions = Pick<ExecOptions, 'nice' | 'ownSession'> & { signal: AbortSignal };

/** Decoding all of this takes some ten seconds. */
const ONE_PASS_PIXEL_SECONDS = 1920 * 1080 * 60;
const PASS_TIMEOUT_MS = 5 * 60_000;
const TILE_TIMEOUT_MS = 30_000;
/** Moments in a row of which nothing could be had; then it is a damaged file, and more are not tried. */
const MAX_MISSES = 5;

export function createStoryboards({
  exec,
  indexes,
}: {
  exec: Exec;
  indexes: Pick<IndexCache, 'use'>;
}): Storyboards {
  /** Undefined where the source has no index of this kind, or too few keyframes to show what happens. */
  async function drawFromIndex(source: RenderSource, layout: StoryboardLayout, options: DrawOptions) {
    const { video } = source.info;
    if (video?.codec !== 'h264' || !/\b(?:mp4|matroska)\b/.test(source.info.format)) return undefined;
    return indexes.use(source, async ({ video: index }) => {
      const seconds = index?.keyframeTicks.map((tick) => tick / index.timescale);
      const picked = seconds && pickKeyframes(layout, seconds);
      if (!picked || !isTelling(picked, layout, video)) return undefined;
      const args = storyboardArgs.sheetFromKeyframes(video, layout);
      const child = exec.start('ffmpeg', args, { ...options, timeoutMs: PASS_TIMEOUT_MS });
      return readAll(child, Readable.from(movieOf(index!, picked)));
    });
  }

  async function drawInOnePass(source: RenderSource, layout: StoryboardLayout, options: DrawOptions) {
    const { width, height } = source.info.video!;
    if (width * height * layout.pictureSeconds > ONE_PASS_PIXEL_SECONDS) return undefined;
    const args = storyboardArgs.sheetInOnePass({ path: await source.locate(), info: source.info }, layout);
    const { stdout } = await exec.run('ffmpeg', args, { ...options, timeoutMs: PASS_TIMEOUT_MS });
    return stdout.length > 0 ? stdout : undefined;
  }

  async function drawTiles(source: RenderSource, layout: StoryboardLayout, options: DrawOptions) {
    const tiles: Buffer[] = [];
    let misses = 0;
    for (let n = 0; n < layout.count && misses < MAX_MISSES; n++) {
      const tile = await drawTile(source, layout, momentOf(layout, n), options);
      misses = tile ? 0 : misses + 1;
      const shown = tile ?? tiles.at(-1);
      if (shown) tiles.push(...Array<Buffer>(n + 1 - tiles.length).fill(shown));
    }
    const last = tiles.at(-1);
    if (!last) return undefined;
    const { count, columns, rows } = layout;
    const blank = Buffer.alloc(layout.tileBytes, 0x80);
    const all = [...tiles, ...Array<Buffer>(count - tiles.length).fill(last)];
    const input = Buffer.concat([...all, ...Array<Buffer>(columns * rows - count).fill(blank)]);
    const { stdout } = await exec.run('ffmpeg', storyboardArgs.sheetFromTiles(layout), { ...options, input });
    return stdout.length > 0 ? stdout : undefined;
  }

  async function drawTile(
    source: RenderSource,
    layout: StoryboardLayout,
    atSeconds: number,
    options: DrawOptions,
  ) {
    const input = { path: await source.locate(), info: source.info };
    for (const how of ['keyframe', 'exact'] as const) {
      const args = storyboardArgs.tile(input, layout, atSeconds, how);
      const image = await orNothing(exec.run('ffmpeg', args, { ...options, timeoutMs: TILE_TIMEOUT_MS }));
      if (image && image.stdout.length >= layout.tileBytes) return image.stdout.subarray(0, layout.tileBytes);
    }
    return undefined;
  }

  return {
    async draw(source, layout, options) {
      for (const draw of [drawFromIndex, drawInOnePass, drawTiles]) {
        const sheet = await orNothing(draw(source, layout, options));
        if (sheet) return sheet;
      }
      return undefined;
    },
  };
}

/** Where few keyframes stand for many tiles, to decode what lies between is worth it, unless that is long. */
function isTelling(
  picked: readonly number[],
  layout: StoryboardLayout,
  { width, height }: VideoStream,
): boolean {
  if (width * height * layout.pictureSeconds > ONE_PASS_PIXEL_SECONDS) return true;
  return new Set(picked).size * 2 >= layout.count;
}

/**
 * A film in which each keyframe that was picked is shown for a second. The last comes twice: ffmpeg takes the time at
 * which its last picture begins for the end of all.
 */
async function* movieOf(index: VideoIndex, picked: readonly number[]): AsyncGenerator<Buffer> {
  const { timescale, width, height, avcC } = index;
  yield initSegment({ kind: 'video', timescale, width, height, avcC });
  for (const [n, key] of [...picked, picked.at(-1)!].entries()) {
    const picture = await index.readKeyframe(key);
    const sample = { durationTicks: timescale, sizeBytes: picture.length, ctsTicks: 0, isSync: true };
    const baseDecodeTime = n * timescale;
    yield* mediaSegment({ kind: 'video', baseDecodeTime, samples: [sample], data: [picture] }, n + 1);
  }
}

/** Feeds the child and gives what it made; undefined when that is nothing. */
async function readAll(child: Child, input: Readable): Promise<Buffer | undefined> {
  const feeding = pipeline(input, child.stdin).catch((error: unknown) => {
    // It has all that it wants, or has ended by itself: `done` tells.
    if (hasErrno(error, 'EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE')) return;
    child.kill();
    throw error;
  });
  feeding.catch(() => {}); // it is looked at when the output has ended
  const chunks: Buffer[] = [];
  const [output] = child.outputs;
  for await (const chunk of output!) chunks.push(chunk as Buffer);
  await feeding;
  await child.done;
  return chunks.length > 0 ? Buffer.concat(chunks) : undefined;
}

/** What fails in one way may go in another. */
async function orNothing<T>(made: Promise<T>): Promise<T | undefined> {
  try {
    return await made;
  } catch (error) {
    if (isAppError(error, 'render-failed') || isAppError(error, 'source-damaged')) return undefined;
    throw error;
  }
}
