/** One media segment of a clip's pictures: the parent's on the clip's time, or an edge encoded for it. */
import { AppError } from '../../base/errors.js';
import type { Exec } from '../../base/exec.js';
import type { ClipPiece, ClipRange, ClipVideo } from '../../media/clip/model.js';
import {
  cutVideoEdge,
  retime,
  sourceEdgeArgs,
  videoEdgeArgs,
  withParameterSets,
} from '../../media/edge/index.js';
import {
  createFragmentReader,
  initSegment,
  mediaSegment,
  packVideo,
  readSegment,
} from '../../media/fmp4/index.js';
import type { FragmentInit } from '../../media/fmp4/model.js';
import type { EncodedVideo } from '../../media/plan.js';
import { timescaleOf } from '../../media/rational.js';
import type { SampleRun } from '../../media/source-index.js';
import type { RenderSource } from '../model.js';
import { unlessAborted } from '../shared-work.js';

/** The parent's rendition as the engine serves it. */
export interface Parent {
  init(): Promise<Buffer>;
  segment(n: number): Promise<Buffer>;
}

export interface PicturePiece {
  bytes: Buffer;
  /** Only of a made piece that is not decoded with the parent's. */
  init?: Buffer;
}

export interface PictureEdge {
  source: RenderSource;
  range: ClipRange;
  video: ClipVideo;
  k: number;
  parent: Parent;
}

interface Encoder {
  exec: Exec;
  threads: number;
}

interface Encoded {
  init: FragmentInit;
  run: SampleRun;
}

const TIMEOUT_MS = 5 * 60_000;

/** The parent's segment with media time as in the clip. */
export async function placePicturePiece(video: ClipVideo, k: number, parent: Parent): Promise<Buffer> {
  const piece = video.pieces[k]!;
  const [init, bytes] = await Promise.all([parent.init(), parent.segment(piece.first)]);
  const run = readSegment(bytes);
  const placed = video.hasInBandSets ? withParameterSets(run, readInit(init).avcC) : run;
  return pack(placed, video, piece, k);
}

/** Encodes an edge. Errors: 'render-failed', 'aborted', and those of the parent. */
export async function makePicturePiece(
  encoder: Encoder,
  edge: PictureEdge,
  signal: AbortSignal,
): Promise<PicturePiece> {
  const { video, k, parent } = edge;
  const piece = video.pieces[k]!;
  const fromSource = video.isUneven && video.rendition.method === 'encode';
  const made =
    (fromSource ? await encodeFromSource(encoder, edge, signal) : undefined) ??
    (await encodeFromParent(encoder, edge, signal));
  const { avcC, width, height } = made.init;
  const bytes = pack(video.hasInBandSets ? withParameterSets(made.run, avcC) : made.run, video, piece, k);
  if (piece.init !== 'parent')
    return { bytes, init: initSegment({ kind: 'video', timescale: video.timescale, width, height, avcC }) };
  // Alone it must do with the parent's parameters; among others it brings its own.
  if (video.hasInBandSets || readInit(await parent.init()).avcC.equals(avcC)) return { bytes };
  return { bytes: pack(withParameterSets(made.run, avcC), video, piece, k) };
}

/** Where the piece lies in the parent. */
function ticksOf({ video, k }: PictureEdge): { fromTick: number; toTick: number } {
  const { pieces, originTick, window } = video;
  const isLast = k === pieces.length - 1;
  return {
    fromTick: k === 0 ? window.fromTick : pieces[k]!.fromTick + originTick,
    toTick: isLast ? window.toTick : pieces[k]!.toTick + originTick,
  };
}

async function encodeFromParent(
  { exec, threads }: Encoder,
  edge: PictureEdge,
  signal: AbortSignal,
): Promise<Encoded> {
  const { source, video, k, parent } = edge;
  const piece = video.pieces[k]!;
  const { fromTick, toTick } = ticksOf(edge);
  const [init, run] = await Promise.all([parent.init(), readSegments(piece, parent)]);
  const isEmpty = !run.samples.some(({ ptsTicks }) => ptsTicks >= fromTick && ptsTicks < toTick);
  // The first picture is the first that begins in the range, even if that is a piece later.
  const next = isEmpty && k === 0 && video.pieces.length > 1;
  const needed = next ? await readFirst(piece.last + 1, parent) : run;
  const cut = next
    ? cutVideoEdge(needed, needed.samples[0]!.ptsTicks, needed.samples[0]!.ptsTicks + 1)
    : cutVideoEdge(needed, fromTick, toTick);
  const args = videoEdgeArgs(cut, video.rendition, source.plan.videoGrid!.frameRate, threads);
  const input = Buffer.concat([init, cut.segment]);
  const { stdout } = await exec.run('ffmpeg', args, { signal, timeoutMs: TIMEOUT_MS, input });
  return timed(readEncoded(stdout), cut.shownTicks);
}

/** Undefined where no picture begins in the range. */
async function encodeFromSource(
  { exec, threads }: Encoder,
  edge: PictureEdge,
  signal: AbortSignal,
): Promise<Encoded | undefined> {
  const { source, range, video } = edge;
  const { frameRate } = source.plan.videoGrid!;
  const { frameTicks } = timescaleOf(frameRate);
  const { fromTick, toTick } = ticksOf(edge);
  const frames = { from: Math.round(fromTick / frameTicks), to: Math.round(toTick / frameTicks) };
  const input = { path: await source.locate(), info: source.info };
  const rendition = video.rendition as EncodedVideo;
  const args = sourceEdgeArgs(input, range, frames, { rendition, frameRate, threads });
  const made = await exec.run('ffmpeg', args, { signal, timeoutMs: TIMEOUT_MS }).catch(unlessAborted);
  const encoded = made?.stdout.length ? readEncoded(made.stdout) : undefined;
  if (!encoded?.run.samples.length) return undefined;
  const shownTicks = Array.from(
    { length: frames.to - frames.from },
    (_, i) => (frames.from + i) * frameTicks,
  );
  return timed(encoded, shownTicks);
}

/** Errors: 'render-failed' for more or fewer pictures. */
function timed({ init, run }: Encoded, shownTicks: readonly number[]): Encoded {
  if (run.samples.length !== shownTicks.length)
    throw new AppError(
      'render-failed',
      `The edge of a clip has ${run.samples.length} pictures instead of ${shownTicks.length}.`,
    );
  return { init, run: { samples: retime(run.samples, shownTicks), data: run.data } };
}

async function readSegments({ first, last }: ClipPiece, parent: Parent): Promise<SampleRun> {
  const numbers = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const runs = (await Promise.all(numbers.map((n) => parent.segment(n)))).map(readSegment);
  return { samples: runs.flatMap((run) => run.samples), data: runs.flatMap((run) => run.data) };
}

const readFirst = async (n: number, parent: Parent): Promise<SampleRun> =>
  readSegment(await parent.segment(n));

/** The first picture is shown from the piece's beginning on. */
function pack(run: SampleRun, { originTick }: ClipVideo, piece: ClipPiece, k: number): Buffer {
  const samples = run.samples.map((sample) => ({
    ...sample,
    ptsTicks: Math.max(sample.ptsTicks - originTick, piece.fromTick),
  }));
  return Buffer.concat(
    mediaSegment(packVideo({ samples, data: run.data }, piece.toTick, piece.fromTick), k + 1),
  );
}

function readInit(init: Buffer): FragmentInit {
  const [event] = createFragmentReader().push(init);
  if (event?.type !== 'init') throw new AppError('render-failed', 'An initialisation section is malformed.');
  return event;
}

function readEncoded(stdout: Buffer): Encoded {
  const reader = createFragmentReader();
  const [init, ...fragments] = reader.push(stdout);
  reader.end();
  if (init?.type !== 'init') throw new AppError('render-failed', 'The edge of a clip has no pictures.');
  const run: SampleRun = { samples: [], data: [] };
  for (const fragment of fragments) {
    if (fragment.type !== 'fragment') continue;
    run.samples.push(...fragment.run.samples);
    run.data.push(...fragment.run.data);
  }
  return { init, run };
}
