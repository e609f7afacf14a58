/** Grows a track's samples one by one, for files that list them in fragments. Pure. */
import type { FragmentDefaults } from './movie.js';
import type { TrackSamples } from './track-samples.js';

export interface ListedSample {
  position: number;
  sizeBytes: number;
  durationTicks: number;
  compositionTicks: number;
  isSync: boolean;
}

export interface SampleList {
  defaults: FragmentDefaults;
  /** Decode time of the next sample. */
  jumpTo(decodeTicks: number): void;
  add(sample: ListedSample): void;
  /** True when there is no room for another sample: see `room`. */
  isFull(): boolean;
  /** Gives the list up as contradictory; returns its argument. */
  spoil(position: number): number;
  /** `undefined` where nothing was added or the list was given up. */
  finish(): TrackSamples | undefined;
}

/** Samples that all lists of a file together may still take in; a run can claim any number in a few bytes. */
export interface Room {
  samples: number;
}

/** `before`: what the moov itself listed. */
export function createSampleList(defaults: FragmentDefaults, room: Room, before?: TrackSamples): SampleList {
  const sizes = Array.from(before?.sizes ?? []);
  const positions = Array.from(before?.positions ?? []);
  const pts = Array.from(before?.pts ?? []);
  const syncs = before ? Array.from(before.syncs ?? before.pts.keys()) : [];
  let decodeTicks = before?.decodeEndTicks ?? 0;
  let [lastShown, endTicks] = before
    ? [before.pts.reduce((a, b) => Math.max(a, b), -Infinity), before.endTicks]
    : [-Infinity, 0];
  let uniformTicks = before?.uniformTicks;
  let lastTicks = before?.uniformTicks;
  let isUniform = before === undefined || before.uniformTicks !== undefined;
  let isSpoiled = false;

  return {
    defaults,
    jumpTo(ticks) {
      if (ticks !== decodeTicks && pts.length > 0) isUniform = false;
      decodeTicks = ticks;
    },
    add({ position, sizeBytes, durationTicks, compositionTicks, isSync }) {
      room.samples--;
      const shown = decodeTicks + compositionTicks;
      uniformTicks ??= durationTicks;
      // Only the last sample may last another time than all others.
      if (lastTicks !== undefined && lastTicks !== uniformTicks) isUniform = false;
      lastTicks = durationTicks;
      if (isSync) syncs.push(pts.length);
      sizes.push(sizeBytes);
      positions.push(position);
      pts.push(shown);
      decodeTicks += durationTicks;
      if (shown >= lastShown) [lastShown, endTicks] = [shown, shown + Math.max(1, durationTicks)];
      // ffmpeg shifts a fragmented track with negative offsets against the others; a copy would not fit what
      // it encodes from the same file.
      if (compositionTicks < 0) isSpoiled = true;
    },
    isFull: () => room.samples <= 0,
    spoil(position) {
      isSpoiled = true;
      return position;
    },
    finish() {
      if (isSpoiled || pts.length === 0 || room.samples <= 0) return undefined;
      return {
        count: pts.length,
        sizes: Uint32Array.from(sizes),
        positions: Float64Array.from(positions),
        pts: Float64Array.from(pts),
        syncs: Uint32Array.from(syncs),
        endTicks,
        decodeEndTicks: decodeTicks,
        ...(isUniform && uniformTicks ? { uniformTicks } : {}),
      };
    },
  };
}
