/** Edit lists (ISO/IEC 14496-12 8.6.6) of the one shape that can be copied: a delay, then one piece. Pure. */
import { readFull } from './boxes.js';

export interface Edit {
  /** False for several pieces, dwells and speeds: such a track is not indexed. */
  isSimple: boolean;
  /** Media ticks to take away from composition times: media time minus the delay in front. */
  offsetTicks: number;
  /** Ticks of the piece that are shown, from the media time; Infinity without an edit list. */
  durationTicks: number;
  /** Media time at which the piece begins. */
  mediaTicks: number;
  /** The rounding of the movie's clock, in media ticks. */
  roundingTicks: number;
}

const NORMAL_RATE = 0x00010000;
const WHOLE: Edit = {
  isSimple: true,
  offsetTicks: 0,
  durationTicks: Infinity,
  mediaTicks: 0,
  roundingTicks: 0,
};
const NOT_SIMPLE: Edit = { ...WHOLE, isSimple: false };

export function readEdit(elst: Buffer | undefined, timescale: number, movieTimescale: number): Edit {
  if (!elst) return WHOLE;
  const { version, content } = readFull(elst);
  const entryBytes = version === 1 ? 20 : 12;
  const count = content.length >= 4 ? content.readUInt32BE(0) : 0;
  if (4 + count * entryBytes > content.length) return NOT_SIMPLE;
  const toMedia = (movieTicks: number) => Math.round((movieTicks * timescale) / movieTimescale);
  let delay = 0;
  let edit: Edit | undefined;
  for (let n = 0; n < count; n++) {
    const entry = content.subarray(4 + n * entryBytes);
    const [duration, mediaTime, rate] =
      version === 1
        ? [Number(entry.readBigUInt64BE(0)), Number(entry.readBigInt64BE(8)), entry.readUInt32BE(16)]
        : [entry.readUInt32BE(0), entry.readInt32BE(4), entry.readUInt32BE(8)];
    if (edit || rate !== NORMAL_RATE || mediaTime < -1) return NOT_SIMPLE;
    if (mediaTime === -1) delay += toMedia(duration);
    else {
      edit = {
        isSimple: true,
        offsetTicks: mediaTime - delay,
        // Writers of fragments leave 0: "as long as it gets".
        durationTicks: duration === 0 ? Infinity : toMedia(duration),
        mediaTicks: mediaTime,
        roundingTicks: Math.ceil(timescale / movieTimescale),
      };
    }
  }
  return edit ?? (delay ? NOT_SIMPLE : WHOLE);
}
