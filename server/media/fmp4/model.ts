/** The words of fragmented MP4 as it comes out of ffmpeg's pipe. */
import type { SampleRun } from '../source-index.js';

export interface FragmentInit {
  type: 'init';
  timescale: number;
  width: number;
  height: number;
  avcC: Buffer;
}

export interface Fragment {
  type: 'fragment';
  /** Where the last picture of the fragment ends: the next fragment's first tick. */
  endTick: number;
  run: SampleRun;
}
