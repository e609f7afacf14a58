/** One media segment of a clip's pictures: the parent's on the clip's time, or an edge encoded for it. */
import { AppError } from '../../base/errors.js';
import type { Exec } from '../../base/exec.js';
import type { ClipPiece, ClipVideo } from '../../media/clip/index.js';
import { withParameterSets } from '../../media/clip/parameter-sets.js';
import { cutVideoEdge, retime, videoEdgeArgs } from '../../media/clip/video-edge.js';
import {
  createFragmentReader,
  initSegment,
  mediaSegment,
  packVideo,
  readSegment,
  type FragmentInit,
} from '../../media/fmp4/index.js';
import type { Rational } from '../../media/info.js';
import type { SampleRun } from '../../media/source-index.js';

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

const TIMEOUT_MS = 5 * 60_000;

/** The parent's segment with media time as in the clip. */
export async function placePicturePiece(video: ClipVideo, k: number, parent: Parent): Promise<PicturePiece> {
  const piece = video.pieces[k]!;
  const [init, bytes] = await Promise.all([parent.init(), parent.segment(piece.first)]);
  const run = readSegment(bytes);
  const placed = video.hasInBandSets ? withParameterSets(run, readInit(init).avcC) : run;
  return { bytes: pack(placed, video, piece, k) };
}

/** Encodes an edge. Errors: 'render-failed', 'aborted', and those of the parent. */
export async function makePicturePiece(
  deps: { exec: Exec; threads: number },
  { video, k, frameRate }: { video: ClipVideo; k: number; frameRate: Rational },
  parent: Parent,
  signal: AbortSignal,
): Promise<PicturePiece> {
  const piece = video.pieces[k]!;
  const [init, run] = await Promise.all([parent.init(), readSegments(piece, parent)]);
  const { originTick, window } = video;
  const isLast = k === video.pieces.length - 1;
  const fromTick = k === 0 ? window.fromTick : piece.fromTick + originTick;
  const edge = cutVideoEdge(run, fromTick, isLast ? window.toTick : piece.toTick + originTick);
  const args = videoEdgeArgs(edge, video.rendition, frameRate, deps.threads);
  const { stdout } = await deps.exec.run('ffmpeg', args, {
    ...{ signal, timeoutMs: TIMEOUT_MS, input: Buffer.concat([init, edge.segment]) },
  });
  const made = readEncoded(stdout);
  if (made.run.samples.length !== edge.shownTicks.length)
    throw new AppError(
      'render-failed',
      `The edge of a clip has ${made.run.samples.length} pictures instead of ${edge.shownTicks.length}.`,
    );
  const timed = { samples: retime(made.run.samples, edge.shownTicks), data: made.run.data };
  const { avcC, width, height } = made.init;
  const bytes = pack(video.hasInBandSets ? withParameterSets(timed, avcC) : timed, video, piece, k);
  if (piece.init === 'parent') {
    // Alone it must do with the parent's parameters; among others it brings its own.
    if (video.hasInBandSets || readInit(init).avcC.equals(avcC)) return { bytes };
    return { bytes: pack(withParameterSets(timed, avcC), video, piece, k) };
  }
  return { bytes, init: initSegment({ kind: 'video', timescale: video.timescale, width, height, avcC }) };
}

async function readSegments({ first, last }: ClipPiece, parent: Parent): Promise<SampleRun> {
  const numbers = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const runs = (await Promise.all(numbers.map((n) => parent.segment(n)))).map(readSegment);
  return { samples: runs.flatMap((run) => run.samples), data: runs.flatMap((run) => run.data) };
}

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

function readEncoded(stdout: Buffer): { init: FragmentInit; run: SampleRun } {
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
