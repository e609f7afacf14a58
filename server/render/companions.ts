/**
 * What accompanies a file, or a clip of it, in a player or a chat: storyboard, waveform, unfurl. Made once and kept under
 * the generation; in the background, or at once for whoever asks before. Several askers wait for one and the same work.
 */
import pLimit from 'p-limit';
import { AppError, isAppError } from '../base/errors.js';
import type { Exec } from '../base/exec.js';
import type { Log } from '../base/log.js';
import { layoutStoryboard } from '../media/storyboard/index.js';
import type { ClipRange } from '../media/clip/index.js';
import { unfurlStretch } from '../media/unfurl.js';
import { layoutWaveform } from '../media/waveform.js';
import type { SegmentStore } from '../../storage/segments/index.js';
import { clipFolder } from './clip/names.js';
import type { IndexCache } from './index-cache.js';
import type { CompanionName, RenderSource } from './model.js';
import { createSharedWork, refuseAborted } from './shared-work.js';
import type { Space } from './space.js';
import { createStoryboards } from './storyboard.js';
import { makeUnfurl } from './unfurl.js';
import { measureWaveform } from './waveform.js';

export interface Companions {
  /**
   * Undefined where there can be none (no picture, no sound) and where it could not be made. `nice` only for the
   * background. Errors: 'aborted', 'no-space', 'source-missing', 'source-changed'.
   */
  get(
    source: RenderSource,
    name: CompanionName,
    range: ClipRange | undefined,
    signal: AbortSignal,
    nice?: number,
  ): Promise<Buffer | undefined>;
  /** Those of the whole file that are still to be made. */
  missing(source: RenderSource): Promise<CompanionName[]>;
  /** Gives up the work for a generation, or all of it; resolves when its children are gone. */
  abort(generationId?: string): Promise<void>;
}

/** Made without being asked for. A chat asks for few files. */
const IN_BACKGROUND = ['storyboard.jpg', 'waveform.json'] as const;
/** For viewers: each takes a core for some seconds. */
const AT_ONCE = 2;
/** Waiting for their turn; more than this come back later. */
const WAITING_LIMIT = 30;
/** A player plays without it. */
const VIEWER_NICENESS = 10;
const NEVER = new AbortController().signal;
/** Part of where they are kept: to be raised when they are made in another way. */
const RECIPE = 'beside-1';

export function createCompanions(deps: {
  store: SegmentStore;
  exec: Exec;
  indexes: Pick<IndexCache, 'use'>;
  space: Space;
  log: Log;
}): Companions {
  const { store, exec, indexes, space, log } = deps;
  const storyboards = createStoryboards({ exec, indexes });
  const work = createSharedWork<Buffer | undefined>();
  const turn = pLimit(AT_ONCE);
  /** Could not be made; not tried again before the next start. */
  const givenUp = new Set<string>();

  function makerOf({ info }: RenderSource, name: CompanionName, range?: ClipRange): Make | undefined {
    switch (name) {
      case 'storyboard.jpg': {
        const layout = layoutStoryboard(info, range);
        return layout && ((source, options) => storyboards.draw(source, layout, options));
      }
      case 'waveform.json': {
        const layout = layoutWaveform(info, range);
        return layout && ((source, options) => measureWaveform(exec, source, layout, options));
      }
      case 'unfurl.mp4': {
        const stretch = unfurlStretch(info, range);
        return stretch && ((source, options) => makeUnfurl({ exec, store }, source, stretch, options));
      }
    }
  }

  async function keep(source: RenderSource, make: Make, path: string, options: MakeOptions) {
    refuseAborted(options.signal);
    await space.require();
    const lay = await source.locate();
    const made = await make(source, options).catch((error: unknown) => {
      if (isAppError(error, 'render-failed')) return undefined;
      throw error;
    });
    if (made) await store.writeBlob(source.generationId, path, made);
    // What was moved away under ffmpeg says nothing of the file.
    else if ((await source.locate()) === lay) {
      log.warn({ generationId: source.generationId, path }, 'a companion could not be made');
      givenUp.add(`${source.generationId}/${path}`);
    }
    return made;
  }

  return {
    async get(source, name, range, signal, nice = VIEWER_NICENESS) {
      const path = pathOf(name, range);
      const key = `${source.generationId}/${path}`;
      const making = makerOf(source, name, range);
      if (!making || givenUp.has(key)) return undefined;
      const kept = await store.readBlob(source.generationId, path);
      if (kept) return kept;
      const isBackground = nice > VIEWER_NICENESS;
      const joinAs = (asker: AbortSignal) =>
        work.join(key, asker, (all) => {
          const begin = () => keep(source, making, path, { signal: all, nice, ownSession: isBackground });
          // The background counts its own work; it must not take a viewer's turn.
          if (isBackground) return begin();
          return turn.pendingCount < WAITING_LIMIT ? turn(begin) : Promise.reject(tooMany());
        });
      // A chat has little patience, but comes again: then it is there.
      if (name === 'unfurl.mp4') joinAs(NEVER).catch(() => {});
      return joinAs(signal);
    },
    async missing(source) {
      const missing: CompanionName[] = [];
      for (const name of IN_BACKGROUND) {
        const path = pathOf(name);
        if (!makerOf(source, name) || givenUp.has(`${source.generationId}/${path}`)) continue;
        if (!(await store.hasBlob(source.generationId, path))) missing.push(name);
      }
      return missing;
    },
    async abort(generationId) {
      for (const key of givenUp) if (generationId && key.startsWith(`${generationId}/`)) givenUp.delete(key);
      await work.abort(generationId && `${generationId}/`);
    },
  };
}

const tooMany = () => new AppError('busy', 'Too many pictures are being made at the same time.');

interface MakeOptions {
  signal: AbortSignal;
  nice: number;
  ownSession: boolean;
}

type Make = (source: RenderSource, options: MakeOptions) => Promise<Buffer | undefined>;

/** A clip's are kept where all else of it is. */
function pathOf(name: CompanionName, range?: ClipRange): string {
  return `${range ? `${clipFolder(range)}/` : ''}${RECIPE}/${name}`;
}
