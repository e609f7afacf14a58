/** Takes one of our own media segments apart again: samples with presentation times as stored, and their bytes. */
import type { SampleRun } from '../source-index.js';
import { boxesIn, malformed } from './read-boxes.js';
import { readMovieFragment } from './read-movie.js';

/** What a sample does not say of itself: our segments say all but that sound is always a sync sample. */
const DEFAULTS = { durationTicks: 0, sizeBytes: 0, flags: 0 };
const NO_MOVIE = { timescale: 1, width: 0, height: 0, avcC: Buffer.alloc(0), defaults: DEFAULTS };

/** Errors: AppError 'render-failed' where the bytes are no media segment. */
export function readSegment(segment: Buffer): SampleRun {
  const [moof, mdat] = [...boxesIn(segment)];
  if (moof?.type !== 'moof' || mdat?.type !== 'mdat') throw malformed('a segment is not moof and mdat');
  return { samples: readMovieFragment(moof.body, NO_MOVIE).samples, data: [mdat.body] };
}
