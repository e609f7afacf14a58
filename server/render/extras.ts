/** What is made whole and once beside the segments: the poster and the captions of a generation. */
import pLimit from 'p-limit';
import { AppError, isAppError } from '../base/errors.js';
import type { Exec } from '../base/exec.js';
import type { Log } from '../base/log.js';
import { captionsArgs, toHlsWebVtt } from '../media/captions.js';
import type { SubtitleRendition } from '../media/plan.js';
import { coverArgs, posterArgs } from '../media/poster.js';
import type { SegmentStore } from '../../storage/segments/index.js';
import type { RenderSource } from './model.js';
import { createSharedWork, refuseAborted } from './shared-work.js';
import type { Space } from './space.js';

export interface Extras {
  captions(source: RenderSource, rendition: SubtitleRendition, signal: AbortSignal): Promise<Buffer>;
  poster(source: RenderSource, signal: AbortSignal, nice?: number): Promise<Buffer | undefined>;
  /** True when there is nothing left to make: it exists, cannot exist or could not be made. */
  isPosterSettled(source: RenderSource): Promise<boolean>;
  /** Gives up the work for a generation, or all of it; resolves when its children are gone. */
  abort(generationId?: string): Promise<void>;
}

const POSTER = 'poster.jpg';
/** A page may show a hundred pictures at the same time; captions read whole files. */
const AT_ONCE = { posters: 4, captions: 2 };
const POSTER_TIMEOUT_MS = 60_000;
/** All of a large file may have to be read. */
const CAPTIONS_TIMEOUT_MS = 30 * 60_000;

export function createExtras(deps: { store: SegmentStore; exec: Exec; space: Space; log: Log }): Extras {
  const { store, exec, space, log } = deps;
  const work = createSharedWork<Buffer | undefined>();
  const posterTurn = pLimit(AT_ONCE.posters);
  const captionsTurn = pLimit(AT_ONCE.captions);
  /** Generations whose picture could not be made; not tried again before the next start. */
  const withoutPoster = new Set<string>();

  async function makePoster(source: RenderSource, signal: AbortSignal, nice: number) {
    refuseAborted(signal);
    await space.require();
    const input = { path: await source.locate(), info: source.info };
    // The cover of a song is its picture; in a video it stands in where no frame can be had.
    const covers = source.info.cover ? [coverArgs(input)] : [];
    const frames = source.info.video ? [posterArgs(input), posterArgs(input, 'start')] : [];
    const options = { signal, nice, timeoutMs: POSTER_TIMEOUT_MS };
    for (const args of [...frames, ...covers]) {
      const image = await exec.run('ffmpeg', args, options).catch((error: unknown) => {
        if (isAppError(error, 'aborted')) throw error;
        return undefined;
      });
      if (!image?.stdout.length) continue;
      await store.writeBlob(source.generationId, POSTER, image.stdout);
      return image.stdout;
    }
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

  return {
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
    async poster(source, signal, nice = 0) {
      if (!hasPicture(source) || withoutPoster.has(source.generationId)) return undefined;
      const kept = await store.readBlob(source.generationId, POSTER);
      if (kept) return kept;
      const key = `${source.generationId}/${POSTER}`;
      return work.join(key, signal, (all) => posterTurn(() => makePoster(source, all, nice)));
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

const captionsName = ({ plan }: RenderSource, id: string) => `${plan.recipe}/${id}/captions.vtt`;

const hasPicture = ({ info }: RenderSource) => info.video !== undefined || info.cover !== undefined;
