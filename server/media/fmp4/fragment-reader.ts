/**
 * Reads ffmpeg's fragmented MP4 from a pipe, piece by piece, and hands out each fragment as soon as it is
 * whole. Holds at most one `moof` + `mdat` pair. One track; times are re-based, since what ffmpeg writes as
 * first decode time depends on its version and flags.
 */
import type { Fragment, FragmentInit } from './model.js';
import { malformed, readHeader } from './read-boxes.js';
import { readMovie, readMovieFragment, type Movie } from './read-movie.js';

export interface FragmentReader {
  /** Errors: AppError 'render-failed'. */
  push(chunk: Buffer): Array<FragmentInit | Fragment>;
  /** Call at the end of the stream. Errors: 'render-failed' when it ended inside a box. */
  end(): void;
}

/** A 4K intra picture is some megabytes; 24 s at the highest rate that H.264 level 5.2 allows is less. */
const MAX_BOX_BYTES = 1 << 29;

/** `startTick`: when the first picture is shown, in the track's ticks. */
export function createFragmentReader({ startTick = 0 }: { startTick?: number } = {}): FragmentReader {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let neededBytes = 8;
  let movie: Movie | undefined;
  let moof: Buffer | undefined;
  let shiftTicks: number | undefined;

  function push(chunk: Buffer): Array<FragmentInit | Fragment> {
    pending.push(chunk);
    pendingBytes += chunk.length;
    const found: Array<FragmentInit | Fragment> = [];
    // Joining only when the next box is complete keeps this linear in the size of the stream.
    while (pendingBytes >= neededBytes) {
      const bytes = pending.length === 1 ? pending[0]! : Buffer.concat(pending, pendingBytes);
      const used = takeBoxes(bytes, found);
      pending = used < bytes.length ? [bytes.subarray(used)] : [];
      pendingBytes = bytes.length - used;
    }
    return found;
  }

  /** Takes whole boxes from the front; returns how many bytes and leaves in `neededBytes` what is missing. */
  function takeBoxes(bytes: Buffer, found: Array<FragmentInit | Fragment>): number {
    let at = 0;
    for (;;) {
      neededBytes = 8;
      if (bytes.length - at < 8) return at;
      const header = readHeader(bytes, at);
      if (!header) {
        neededBytes = 16;
        return at;
      }
      if (header.sizeBytes > MAX_BOX_BYTES) throw malformed(`box ${header.type} is too large`);
      if (bytes.length - at < header.sizeBytes) {
        neededBytes = header.sizeBytes;
        return at;
      }
      const event = takeBox(header.type, bytes.subarray(at + header.headerBytes, at + header.sizeBytes));
      if (event) found.push(event);
      at += header.sizeBytes;
    }
  }

  function takeBox(type: string, body: Buffer): FragmentInit | Fragment | undefined {
    if (type === 'moov') {
      movie = readMovie(body);
      const { timescale, width, height, avcC } = movie;
      return { type: 'init', timescale, width, height, avcC };
    }
    if (type === 'moof') moof = body;
    if (type !== 'mdat') return undefined;
    if (!movie || !moof) throw malformed('media data came before its description');
    const { samples, endTick } = readMovieFragment(moof, movie);
    moof = undefined;
    if (samples.reduce((sum, sample) => sum + sample.sizeBytes, 0) !== body.length)
      throw malformed('media data and its description differ in size');
    shiftTicks ??= startTick - Math.min(...samples.map((sample) => sample.ptsTicks));
    for (const sample of samples) sample.ptsTicks += shiftTicks;
    return { type: 'fragment', endTick: endTick + shiftTicks, run: { samples, data: [body] } };
  }

  return {
    push,
    end() {
      if (pendingBytes || moof) throw malformed('it ended in the middle of a fragment');
    },
  };
}
