/**
 * The engine's verbs of clips. What is made for a range is kept beside the parent's segments and shared by all who
 * ask for the same; what is the parent's is packaged anew on each request and never written.
 */
import { LRUCache } from 'lru-cache';
import pLimit from 'p-limit';
import type { Clock } from '../../base/clock.js';
import { AppError } from '../../base/errors.js';
import type { Exec } from '../../base/exec.js';
import { layoutClip } from '../../media/clip/index.js';
import type { ClipAudio, ClipInit, ClipLayout, ClipRange, ClipVideo } from '../../media/clip/model.js';
import type { SegmentStore } from '../../../storage/segments/index.js';
import type { ClipEngine, Engine, RenderSource } from '../model.js';
import { createSharedWork, refuseAborted } from '../shared-work.js';
import type { Space } from '../space.js';
import { createBeside } from './beside.js';
import { createDownloads } from './download.js';
import { clipFolder, clipName, CLIPS_FOLDER } from './names.js';
import { makePicturePiece, placePicturePiece, type Parent, type PicturePiece } from './picture-piece.js';
import { makeSoundPiece, placeSoundPiece } from './sound-piece.js';
import { createUses } from './uses.js';

export interface ClipsDeps {
  store: SegmentStore;
  exec: Exec;
  clock: Clock;
  space: Space;
  /** The parent's. */
  parent: Pick<Engine, 'init' | 'segment' | 'captions' | 'poster'>;
  /** For one encoder. */
  threads: number;
}

export interface ClipWork extends ClipEngine {
  /** Gives up the work for a generation, or all of it; resolves when its children are gone. */
  abort(generationId?: string): Promise<void>;
}

interface Asked {
  source: RenderSource;
  range: ClipRange;
  id: string;
}

/** Encoders of edges at the same time, each for some seconds of media. */
const AT_ONCE = 2;
const WAITING_LIMIT = 100;
const LAYOUTS_IN_MEMORY = 50;

export function createClips(deps: ClipsDeps): ClipWork {
  const { store, exec, space, clock, parent } = deps;
  const work = createSharedWork<PicturePiece>();
  const uses = createUses({ clock });
  const turn = pLimit(AT_ONCE);
  // That of two hours takes milliseconds, and each piece asks for it.
  const layouts = new LRUCache<string, ClipLayout>({ max: LAYOUTS_IN_MEMORY });

  /** Errors: 'not-found', 'invalid'. */
  function trackOf({ source, range, id }: Asked): ClipVideo | ClipAudio {
    const key = `${source.generationId}/${source.plan.recipe}/${clipName(range)}`;
    const layout = layouts.get(key) ?? layoutClip(source.plan, source.info, range);
    layouts.set(key, layout);
    const track = layout.renditions.find((one) => one.id === id);
    if (!track || track.kind === 'subtitles') throw notFound();
    return track;
  }

  const parentOf = ({ source, id }: Asked, signal: AbortSignal): Parent => ({
    init: () => parent.init(source, id, signal),
    segment: (n) => parent.segment(source, id, n, signal),
  });

  async function make(asked: Asked, track: ClipVideo | ClipAudio, k: number, signal: AbortSignal) {
    refuseAborted(signal);
    await space.require();
    const from = parentOf(asked, signal);
    const { source, range } = asked;
    const made: PicturePiece =
      track.kind === 'audio'
        ? { bytes: await makeSoundPiece({ exec }, { audio: track, k }, from, signal) }
        : await makePicturePiece(deps, { source, range, video: track, k, parent: from }, signal);
    const { generationId } = source;
    // The section first: whoever finds the piece finds what it is decoded with.
    if (made.init)
      await store.writeBlob(generationId, nameOf(asked, initName(track.pieces[k]!.init)), made.init);
    await store.writeBlob(generationId, nameOf(asked, `${k}.m4s`), made.bytes);
    return made;
  }

  function makeOnce(asked: Asked, track: ClipVideo | ClipAudio, k: number, signal: AbortSignal) {
    const key = `${asked.source.generationId}/${nameOf(asked, `${k}.m4s`)}`;
    return work.join(key, signal, (all) => {
      if (turn.pendingCount >= WAITING_LIMIT)
        return Promise.reject(new AppError('busy', 'Too many clips are being made at the same time.'));
      return turn(() => make(asked, track, k, all));
    });
  }

  async function segment(asked: Asked, k: number, signal: AbortSignal): Promise<Buffer> {
    const track = trackOf(asked);
    const piece = track.pieces[k];
    if (!piece) throw notFound();
    if (piece.kind === 'parent') {
      const from = parentOf(asked, signal);
      return track.kind === 'audio' ? placeSoundPiece(track, k, from) : placePicturePiece(track, k, from);
    }
    const kept = await store.readBlob(asked.source.generationId, nameOf(asked, `${k}.m4s`));
    return kept ?? (await makeOnce(asked, track, k, signal)).bytes;
  }

  async function init(asked: Asked, which: ClipInit, signal: AbortSignal): Promise<Buffer> {
    const track = trackOf(asked);
    const k = track.pieces.findIndex((piece) => piece.init === which);
    if (k < 0) throw notFound();
    if (which === 'parent') return parent.init(asked.source, asked.id, signal);
    const kept = await store.readBlob(asked.source.generationId, nameOf(asked, initName(which)));
    return kept ?? (await makeOnce(asked, track, k, signal)).init!;
  }

  const pieces: Pick<ClipEngine, 'init' | 'segment'> = {
    init: (source, range, id, which, signal) => init({ source, range, id }, which, signal),
    segment: (source, range, id, k, signal) => segment({ source, range, id }, k, signal),
  };
  const beside = createBeside({ store, exec, space, parent, pieces });
  const downloads = createDownloads({ store, pieces });

  async function abort(prefix?: string): Promise<void> {
    await Promise.all([downloads.abort(prefix), work.abort(prefix), beside.abort(prefix)]);
  }

  async function forget(generationId: string, name: string): Promise<void> {
    const folder = `${CLIPS_FOLDER}/${name}`;
    await abort(`${generationId}/${folder}/`);
    await store.removeBlobs(generationId, folder);
    uses.drop(generationId, [name]);
  }

  /** Whatever is asked of a range is a use of it. */
  const used =
    <A extends unknown[], R>(verb: (source: RenderSource, range: ClipRange, ...rest: A) => Promise<R>) =>
    (source: RenderSource, range: ClipRange, ...rest: A): Promise<R> => {
      uses.note(source.generationId, clipName(range));
      return verb(source, range, ...rest);
    };

  return {
    init: used(pieces.init),
    segment: used(pieces.segment),
    captions: used(beside.captions),
    poster: used(beside.poster),
    download: used(downloads.download),
    forget: (generationId, range) => forget(generationId, clipName(range)),
    async sweep(generationId, keep) {
      const kept = new Set(keep.map(clipName));
      uses.drop(generationId, kept);
      for (const name of await store.listBlobs(generationId, CLIPS_FOLDER)) {
        if (!kept.has(name) && uses.isStale(generationId, name)) await forget(generationId, name);
      }
    },
    async abort(generationId) {
      if (generationId) uses.drop(generationId);
      await abort(generationId && `${generationId}/`);
    },
  };
}

const nameOf = ({ source, range, id }: Asked, name: string) =>
  `${clipFolder(range)}/${source.plan.recipe}/${id}/${name}`;
const initName = (which: ClipInit) => `${which}.mp4`;
const notFound = () => new AppError('not-found', 'There is no such part of the clip.');
