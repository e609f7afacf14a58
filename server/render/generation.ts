/** What the engine holds in memory of a generation: its source and the tracks of its encoded renditions. */
import { AppError } from '../base/errors.js';
import type { Rendition } from '../media/plan.js';
import { isEncoded } from './layout.js';
import type { RenderSource } from './model.js';
import type { Encoded } from './progress.js';
import type { Track } from './track.js';

export interface Generation {
  readonly id: string;
  readonly source: RenderSource;
  track(rendition: Encoded): Track;
  /** What the background makes: sound first, then pictures from small to large. */
  eagerTracks(): Track[];
  isBusy(): boolean;
  close(): Promise<void>;
}

export interface Generations {
  /** Errors: AppError 'not-found' for one that was forgotten. */
  of(source: RenderSource): Generation;
  /** Ends its work and refuses it from now on. */
  forget(id: string): Promise<void>;
  /** It is wanted again. */
  recall(id: string): void;
  close(): Promise<void>;
}

/** A generation with its tracks takes some ten kilobytes. */
const KEPT = 200;

export function createGenerations(deps: {
  createTrack(source: RenderSource, rendition: Encoded): Track;
  /** Others hold on to it, so it must stay the same. */
  isHeld(id: string): boolean;
}): Generations {
  /** In the order of last use. */
  const generations = new Map<string, Generation>();
  const forgotten = new Set<string>();

  function shrink() {
    for (const [id, generation] of generations) {
      if (generations.size <= KEPT) return;
      if (!generation.isBusy() && !deps.isHeld(id)) generations.delete(id);
    }
  }

  return {
    of(source) {
      const id = source.generationId;
      if (forgotten.has(id)) throw new AppError('not-found', 'This content was removed.');
      const generation = generations.get(id) ?? createGeneration(source, deps.createTrack);
      generations.delete(id);
      shrink();
      generations.set(id, generation);
      return generation;
    },
    async forget(id) {
      forgotten.add(id);
      const generation = generations.get(id);
      generations.delete(id);
      await generation?.close();
    },
    recall: (id) => void forgotten.delete(id),
    async close() {
      await Promise.all([...generations.values()].map((generation) => generation.close()));
    },
  };
}

function createGeneration(
  source: RenderSource,
  createTrack: (source: RenderSource, rendition: Encoded) => Track,
): Generation {
  const tracks = new Map<string, Track>();
  function track(rendition: Encoded): Track {
    const known = tracks.get(rendition.id) ?? createTrack(source, rendition);
    tracks.set(rendition.id, known);
    return known;
  }
  return {
    id: source.generationId,
    source,
    track,
    eagerTracks: () => source.plan.renditions.filter(isEager).sort(bySize).map(track),
    isBusy: () => [...tracks.values()].some((one) => one.isBusy()),
    async close() {
      await Promise.all([...tracks.values()].map((one) => one.close()));
    },
  };
}

const isEager = (rendition: Rendition): rendition is Encoded =>
  isEncoded(rendition) && (rendition.kind === 'audio' || rendition.eager);

function bySize(a: Encoded, b: Encoded): number {
  const pixels = (rendition: Encoded) =>
    rendition.kind === 'audio' ? 0 : rendition.width * rendition.height;
  return pixels(a) - pixels(b);
}
