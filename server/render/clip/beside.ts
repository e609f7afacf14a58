/** What is shown beside a clip: its still picture and its captions, with nothing of the rest of the parent. */
import pLimit from 'p-limit';
import { AppError } from '../../base/errors.js';
import type { Exec } from '../../base/exec.js';
import { clipPosterArgs, cutWebVtt, layoutClip, pieceStillArgs } from '../../media/clip/index.js';
import type { ClipRange } from '../../media/clip/model.js';
import type { SegmentStore } from '../../../storage/segments/index.js';
import type { ClipEngine, Engine, RenderSource } from '../model.js';
import { createSharedWork, refuseAborted, unlessAborted } from '../shared-work.js';
import type { Space } from '../space.js';
import { clipFolder } from './names.js';

export interface Beside extends Pick<ClipEngine, 'captions' | 'poster'> {
  /** Gives up work whose key begins so. */
  abort(prefix?: string): Promise<void>;
}

const AT_ONCE = 2;
const TIMEOUT_MS = 60_000;
const POSTER = 'poster.jpg';

export function createBeside(deps: {
  store: SegmentStore;
  exec: Exec;
  space: Space;
  parent: Pick<Engine, 'captions' | 'poster'>;
  pieces: Pick<ClipEngine, 'init' | 'segment'>;
}): Beside {
  const { store, exec, space, parent, pieces } = deps;
  const work = createSharedWork<Buffer | undefined>();
  const turn = pLimit(AT_ONCE);

  async function makePoster(source: RenderSource, range: ClipRange, signal: AbortSignal) {
    refuseAborted(signal);
    await space.require();
    const args = clipPosterArgs({ path: await source.locate(), info: source.info }, range);
    const image = await exec.run('ffmpeg', args, { signal, timeoutMs: TIMEOUT_MS }).catch(unlessAborted);
    const still = image?.stdout.length ? image.stdout : await takeFromPiece(source, range, signal);
    if (still) await store.writeBlob(source.generationId, `${clipFolder(range)}/${POSTER}`, still);
    return still;
  }

  /** Where no picture begins for a while: what the stream shows there. */
  async function takeFromPiece(source: RenderSource, range: ClipRange, signal: AbortSignal) {
    const layout = layoutClip(source.plan, source.info, range);
    const video = layout.renditions.find((one) => one.kind === 'video');
    if (!video) return undefined;
    const input = Buffer.concat([
      await pieces.init(source, range, video.id, video.pieces[0]!.init, signal),
      await pieces.segment(source, range, video.id, 0, signal),
    ]);
    const { stdout } = await exec.run('ffmpeg', pieceStillArgs(), { signal, timeoutMs: TIMEOUT_MS, input });
    return stdout.length ? stdout : undefined;
  }

  return {
    async poster(source, range, signal) {
      // Refuses what is no range at all, and what shows nothing has the cover.
      const layout = layoutClip(source.plan, source.info, range);
      if (!layout.renditions.some((one) => one.kind === 'video'))
        return source.info.video ? undefined : parent.poster(source, signal);
      const name = `${clipFolder(range)}/${POSTER}`;
      const kept = await store.readBlob(source.generationId, name);
      if (kept) return kept;
      const key = `${source.generationId}/${name}`;
      return work.join(key, signal, (all) => turn(() => makePoster(source, range, all)));
    },
    async captions(source, range, renditionId, signal) {
      const { renditions, originSeconds } = layoutClip(source.plan, source.info, range);
      if (!renditions.some(({ id, kind }) => id === renditionId && kind === 'subtitles'))
        throw new AppError('not-found', 'There are no such captions.');
      const text = (await parent.captions(source, renditionId, signal)).toString('utf8');
      const window = { fromSeconds: range.startMs / 1000, toSeconds: range.endMs / 1000, originSeconds };
      return Buffer.from(cutWebVtt(text, window));
    },
    abort: (prefix) => work.abort(prefix),
  };
}
