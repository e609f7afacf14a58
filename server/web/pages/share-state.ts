/** What a visitor of a share finds at this moment, and what a player may choose from. No words, no HTML. */
import { isAppError } from '../../base/errors.js';
import type { Generation, LibraryReader, MediaFile } from '../../library/model.js';
import type { Plan, VideoRendition } from '../../media/plan.js';
import type { Engine } from '../../render/model.js';
import { partOf } from '../../share/index.js';
import type { Share, Window } from '../../share/model.js';
import { sourceOf } from '../guard.js';

/**
 * ready      plays
 * preparing  known, not published yet
 * failed     cannot be played; the file's record says why, or the content no longer has what is shared
 * missing    the original is not in its place at the moment
 */
export type ShareCondition = 'ready' | 'preparing' | 'failed' | 'missing';

export interface ShareState {
  condition: ShareCondition;
  file: MediaFile;
  /** With 'ready'. */
  generation?: Generation;
  /** With 'ready': all that is shared of it; undefined for the whole. */
  window?: Window | undefined;
  /** With 'failed': the content was replaced by one that has not what is shared. */
  isOutside?: boolean;
}

export interface Choice {
  /** Renditions that cost no waiting. */
  readyRenditionIds: string[];
  /** Nothing more will be made without being asked for. */
  isComplete: boolean;
}

type Library = Pick<LibraryReader, 'generation' | 'locate'>;

export async function readShareState(
  share: Pick<Share, 'segment'>,
  file: MediaFile,
  library: Library,
): Promise<ShareState> {
  if (file.state === 'failed') return { condition: 'failed', file };
  const generation = file.generationId ? await library.generation(file.generationId) : undefined;
  if (!generation) return { condition: file.goneAtMs ? 'missing' : 'preparing', file };
  const window = partOf(share, generation);
  if (window === 'outside') return { condition: 'failed', file, isOutside: true };
  try {
    await library.locate(generation.id);
  } catch (error) {
    if (isAppError(error, 'source-missing')) return { condition: 'missing', file };
    // A new content is there and will be published soon.
    if (isAppError(error, 'source-changed')) return { condition: 'preparing', file };
    throw error;
  }
  return { condition: 'ready', file, generation, window };
}

export async function readChoice(
  generation: Generation,
  {
    engine,
    library,
  }: { engine: Pick<Engine, 'report' | 'progress'>; library: Pick<LibraryReader, 'locate'> },
): Promise<Choice> {
  const { renditions } = generation.plan;
  // Most of the time all is made, and a page need not ask the disk which segments there are.
  if (engine.progress(generation.id)?.state === 'complete') {
    return { readyRenditionIds: renditions.filter(isMadeUnasked).map((r) => r.id), isComplete: true };
  }
  const report = await engine.report(sourceOf(generation, library));
  const ready = report.filter((r) => r.method === 'copy' || r.segmentsReady >= r.segmentsTotal);
  const ids = ready.map((r) => r.id);
  return {
    readyRenditionIds: ids,
    isComplete: renditions.every((r) => ids.includes(r.id) || !isMadeUnasked(r)),
  };
}

/** Captions are made when asked for; so are video renditions that are not eager. */
function isMadeUnasked(rendition: Plan['renditions'][number]): boolean {
  return rendition.kind === 'audio' || (rendition.kind === 'video' && !isOnDemand(rendition));
}

function isOnDemand(rendition: VideoRendition): boolean {
  return rendition.method === 'encode' && !rendition.eager;
}
