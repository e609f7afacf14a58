/**
 * A clip as one progressive file. Only its head is made ahead (what each piece holds, in front) and kept; the media
 * bytes are those of the stream's pieces, put together while they are read.
 */
import pLimit from 'p-limit';
import { AppError } from '../../base/errors.js';
import { layoutClip } from '../../media/clip/index.js';
import type { ClipAudio, ClipInit, ClipRange, ClipVideo } from '../../media/clip/model.js';
import { movieFileHead, packAudio, packVideo, readSegment, type FileTrack } from '../../media/fmp4/index.js';
import type { Plan } from '../../media/plan.js';
import type { SegmentStore } from '../../../storage/segments/index.js';
import type { ClipEngine, ClipFile, RenderSource } from '../model.js';
import { createSharedWork, refuseAborted } from '../shared-work.js';
import { clipFolder } from './names.js';

export interface Downloads extends Pick<ClipEngine, 'download'> {
  /** Gives up work whose key begins so. */
  abort(prefix?: string): Promise<void>;
}

interface Recipe {
  contentType: string;
  headBytes: number;
  /** In the order of their bytes: rendition, piece, bytes of media. */
  parts: [id: string, k: number, sizeBytes: number][];
}

interface Prepared {
  recipe: Recipe;
  head: Buffer;
}

type Track = ClipVideo | ClipAudio;
type PieceReader = Pick<ClipEngine, 'init' | 'segment'>;

/** Files whose pieces are looked through at the same time, and pieces of one. */
const AT_ONCE = { files: 3, pieces: 2 };
const NAME = 'download.head';

export function createDownloads({ store, pieces }: { store: SegmentStore; pieces: PieceReader }): Downloads {
  const work = createSharedWork<Prepared>();
  const turn = pLimit(AT_ONCE.files);

  async function prepare(source: RenderSource, range: ClipRange, signal: AbortSignal): Promise<Prepared> {
    refuseAborted(signal);
    const tracks = chooseTracks(source, range);
    const described = await Promise.all(
      tracks.map((track) => describe(pieces, { source, range, track }, signal)),
    );
    const order = orderOf(tracks);
    const isVideo = tracks.some(({ kind }) => kind === 'video');
    const head = movieFileHead(described, order);
    const parts = order.map(([track, k]): Recipe['parts'][number] => {
      const bytes = described[track]!.chunks[k]!.samples.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      return [tracks[track]!.id, k, bytes];
    });
    const contentType = isVideo ? 'video/mp4' : 'audio/mp4';
    const prepared = { recipe: { contentType, headBytes: head.length, parts }, head };
    await store.writeBlob(source.generationId, nameOf(source, range), encode(prepared));
    return prepared;
  }

  return {
    async download(source, range, signal) {
      // Refuses what is no range.
      chooseTracks(source, range);
      const name = nameOf(source, range);
      const kept = await store.readBlob(source.generationId, name);
      const prepared =
        (kept && decode(kept)) ??
        (await work.join(`${source.generationId}/${name}`, signal, (all) =>
          turn(() => prepare(source, range, all)),
        ));
      return fileOf(prepared, (id, k, asker) => pieces.segment(source, range, id, k, asker));
    },
    abort: (prefix) => work.abort(prefix),
  };
}

/** The best picture that is there without asking for it, and the sound that is heard by itself. */
function chooseTracks({ plan, info }: RenderSource, range: ClipRange): Track[] {
  const { renditions } = layoutClip(plan, info, range);
  const best = bestVideo(plan);
  const video = renditions.find((one) => one.kind === 'video' && one.id === best);
  const audios = renditions.filter((one) => one.kind === 'audio');
  const audio = audios.find(({ rendition }) => rendition.isDefault) ?? audios[0];
  return [video, audio].filter((one): one is Track => one !== undefined);
}

function bestVideo({ renditions }: Plan): string | undefined {
  const videos = renditions.filter((one) => one.kind === 'video');
  const usual = videos.filter((one) => one.method === 'copy' || one.eager);
  const largest = (usual.length ? usual : videos).toSorted((a, b) => b.height - a.height);
  return (videos.find((one) => one.method === 'copy') ?? largest[0])?.id;
}

async function describe(
  pieces: PieceReader,
  { source, range, track }: { source: RenderSource; range: ClipRange; track: Track },
  signal: AbortSignal,
): Promise<FileTrack> {
  const kinds = [...new Set(track.pieces.map((piece): ClipInit => piece.init))];
  const pieceTurn = pLimit(AT_ONCE.pieces);
  const chunks = await Promise.all(
    track.pieces.map((piece, k) =>
      pieceTurn(async () => {
        const run = readSegment(await pieces.segment(source, range, track.id, k, signal));
        const { samples } =
          track.kind === 'video' ? packVideo(run, piece.toTick) : packAudio(run, 0, piece.fromTick);
        return { entry: kinds.indexOf(piece.init), samples };
      }),
    ),
  ).finally(() => pieceTurn.clearQueue());
  const inits: Buffer[] = [];
  for (const kind of kinds) inits.push(await pieces.init(source, range, track.id, kind, signal));
  const { kind, timescale } = track;
  return { kind, timescale, startTick: track.pieces[0]!.fromTick, inits, chunks };
}

/** What is played at the same time lies side by side. */
function orderOf(tracks: readonly Track[]): (readonly [track: number, k: number])[] {
  const all = tracks.flatMap(({ pieces, timescale }, track) =>
    pieces.map(({ fromTick }, k) => ({ place: [track, k] as const, seconds: fromTick / timescale })),
  );
  return all.sort((a, b) => a.seconds - b.seconds || a.place[0] - b.place[0]).map(({ place }) => place);
}

function fileOf(
  { recipe, head }: Prepared,
  segment: (id: string, k: number, signal: AbortSignal) => Promise<Buffer>,
): ClipFile {
  const sizeBytes = recipe.parts.reduce((sum, [, , bytes]) => sum + bytes, head.length);

  async function* read(from: number, to: number, signal: AbortSignal): AsyncGenerator<Buffer> {
    if (from < head.length) yield head.subarray(from, to);
    let at = head.length;
    for (const [id, k, bytes] of recipe.parts) {
      const [begin, end] = [Math.max(from - at, 0), Math.min(to - at, bytes)];
      at += bytes;
      if (begin >= end) continue;
      refuseAborted(signal);
      const data = Buffer.concat(readSegment(await segment(id, k, signal)).data);
      // Half of one and half of another content must never look like a file.
      if (data.length !== bytes) throw new AppError('render-failed', 'A piece of the clip is another now.');
      yield data.subarray(begin, end);
    }
  }

  return { sizeBytes, contentType: recipe.contentType, read };
}

const nameOf = ({ plan }: RenderSource, range: ClipRange) => `${clipFolder(range)}/${plan.recipe}/${NAME}`;

/** One line of JSON, then the head. */
const encode = ({ recipe, head }: Prepared): Buffer =>
  Buffer.concat([Buffer.from(`${JSON.stringify(recipe)}\n`), head]);

/** Undefined for what is not whole. */
function decode(bytes: Buffer): Prepared | undefined {
  const at = bytes.indexOf('\n');
  try {
    const recipe = JSON.parse(bytes.toString('utf8', 0, Math.max(0, at))) as Recipe;
    const head = bytes.subarray(at + 1);
    return head.length === recipe.headBytes ? { recipe, head } : undefined;
  } catch {
    return undefined;
  }
}
