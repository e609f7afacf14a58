/** What is made whole and once beside the segments: poster, small pictures and captions of a generation. */
import pLimit from 'p-limit';
import { AppError, isAppError } from '../base/errors.js';
import type { Exec } from '../base/exec.js';
import type { Log } from '../base/log.js';
import { captionsArgs, toHlsWebVtt } from '../media/captions.js';
import type { SubtitleRendition } from '../media/plan.js';
import { frameArgs } from '../media/frame.js';
import { coverArgs, posterArgs } from '../media/poster.js';
import type { SegmentStore } from '../../storage/segments/index.js';
import type { RenderSource } from './model.js';
import { createSharedWork, refuseAborted } from './shared-work.js';
import type { Space } from './space.js';

export interface Extras {
  captions(source: RenderSource, rendition: SubtitleRendition, signal: AbortSignal): Promise<Buffer>;
  poster(source: RenderSource, signal: AbortSignal, nice?: number): Promise<Buffer | undefined>;
  frame(source: RenderSource, atMs: number, signal: AbortSignal): Promise<Buffer | undefined>;
  /** True when there is nothing left to make: it exists, cannot exist or could not be made. */
  isPosterSettled(source: RenderSource): Promise<boolean>;
  /** Gives up the work for a generation, or all of it; resolves when its children are gone. */
  abort(generationId?: string): Promise<void>;
}

const POSTER = 'poster.jpg';
/** A page may show a hundred pictures at the same time; captions read whole files. */
const AT_ONCE = { posters: 4, frames: 2, captions: 2 };
/** A page of pictures must not make a player wait. */
const FRAME_NICENESS = 10;
const POSTER_TIMEOUT_MS = 60_000;
/** All of a large file may have to be read. */
const CAPTIONS_TIMEOUT_MS = 30 * 60_000;
/** A still picture may come a little after the first segment of the film. */
const VIEWER_NICENESS = 10;

export function createExtras(deps: { store: SegmentStore; exec: Exec; space: Space; log: Log }): Extras {
  const { store, exec, space, log } = deps;
  const work = createSharedWork<Buffer | undefined>();
  const posterTurn = pLimit(AT_ONCE.posters);
  const frameTurn = pLimit(AT_ONCE.frames);
  const captionsTurn = pLimit(AT_ONCE.captions);
  /** Generations whose picture could not be made; not tried again before the next start. */
  const withoutPoster = new Set<string>();

  async function makePoster(
    source: RenderSource,
    signal: AbortSignal,
    nice: number,
  ): Promise<Buffer | undefined> {
    refuseAborted(signal);
    await space.require();
    const input = { path: await source.locate(), info: source.info };
    // The cover of a song is its picture; in a video it stands in where no frame can be had.
    const covers = source.info.cover ? [coverArgs(input)] : [];
    const frames = source.info.video ? [posterArgs(input), posterArgs(input, 'start')] : [];
    const options = { signal, nice, ownSession: nice > VIEWER_NICENESS, timeoutMs: POSTER_TIMEOUT_MS };
    for (const args of [...frames, ...covers]) {
      const image = await exec.run('ffmpeg', args, options).catch((error: unknown) => {
        if (isAppError(error, 'aborted')) throw error;
        return undefined;
      });
      if (!image?.stdout.length) continue;
      await store.writeBlob(source.generationId, POSTER, image.stdout);
      return image.stdout;
    }
    // What was moved away under ffmpeg says nothing of the picture.
    if ((await source.locate()) !== input.path) return makePoster(source, signal, nice);
    log.warn({ generationId: source.generationId }, 'no poster could be made');
    withoutPoster.add(source.generationId);
    return undefined;
  }

  async function makeCaptions(source: RenderSource, { id, ordinal }: SubtitleRendition, signal: AbortSignal) {
    refuseAborted(signal);
    await space.require();
    const args = captionsArgs({ path: await source.locate(), info: source.info }, ordinal);
    const { stdout } = await exec.run('ffmpeg', args, { signal, timeoutMs: CAPTIONS_TIMEOUT_MS });
    const text = Buffer.from(toHlsWebVtt(stdout.toString('utf8'), source.info.startSeconds));
    await store.writeBlob(source.generationId, captionsName(source, id), text);
    return text;
  }

  async function makeFrame(source: RenderSource, atMs: number, signal: AbortSignal) {
    refuseAborted(signal);
    await space.require();
    const input = { path: await source.locate(), info: source.info };
    const options = { signal, nice: FRAME_NICENESS, timeoutMs: POSTER_TIMEOUT_MS };
    // Sound may outlast the picture; then the last that was seen before will do.
    for (const seconds of [atMs / 1000, Math.max(0, atMs / 1000 - 1)]) {
      const image = await exec.run('ffmpeg', frameArgs(input, seconds), options);
      if (image.stdout.length === 0) continue;
      await store.writeBlob(source.generationId, frameName(atMs), image.stdout);
      return image.stdout;
    }
    return undefined;
  }

  async function poster(source: RenderSource, signal: AbortSignal, nice = VIEWER_NICENESS) {
    if (!hasPicture(source) || withoutPoster.has(source.generationId)) return undefined;
    const kept = await store.readBlob(source.generationId, POSTER);
    if (kept) return kept;
    const key = `${source.generationId}/${POSTER}`;
    return work.join(key, signal, (all) => posterTurn(() => makePoster(source, all, nice)));
  }

  return {
    poster,
    async frame(source, atMs, signal) {
      if (!source.info.video) return poster(source, signal);
      const name = frameName(atMs);
      const kept = await store.readBlob(source.generationId, name);
      if (kept) return kept;
      const key = `${source.generationId}/${name}`;
      const made = await work.join(key, signal, (all) => frameTurn(() => makeFrame(source, atMs, all)));
      return made ?? poster(source, signal);
    },
    async captions(source, rendition, signal) {
      const name = captionsName(source, rendition.id);
      const kept = await store.readBlob(source.generationId, name);
      if (kept) return kept;
      const key = `${source.generationId}/${name}`;
      const made = await work.join(key, signal, (all) =>
        captionsTurn(() => makeCaptions(source, rendition, all)),
      );
      if (!made) throw new AppError('render-failed', 'The subtitles could not be read.');
      return made;
    },
    async isPosterSettled(source) {
      if (!hasPicture(source) || withoutPoster.has(source.generationId)) return true;
      return store.hasBlob(source.generationId, POSTER);
    },
    async abort(generationId) {
      if (generationId) withoutPoster.delete(generationId);
      await work.abort(generationId && `${generationId}/`);
    },
  };
}

const frameName = (atMs: number) => `frames/${atMs}.jpg`;

const captionsName = ({ plan }: RenderSource, id: string) => `${plan.recipe}/${id}/captions.vtt`;

const hasPicture = ({ info }: RenderSource) => info.video !== undefined || info.cover !== undefined;
