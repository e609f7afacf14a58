/** The Cues element: where clusters with keyframes lie. Pure. */
import { elementsIn, findElement, readUint } from './ebml.js';
import { ID } from './ids.js';

export interface Cue {
  ticks: number;
  track: number;
  /** File position of the Cluster element. */
  cluster: number;
  /** Position of the block from the start of the cluster's content, where the writer told. */
  relative?: number | undefined;
}

const MAX_CUES = 300_000;

/** Ascending in time; `start` is the file position of the Segment's content. */
export function parseCues(cues: Buffer, start: number): Cue[] {
  const parsed: Cue[] = [];
  for (const point of elementsIn(cues)) {
    if (point.id !== ID.cuePoint) continue;
    const ticks = uintIn(point.body, ID.cueTime);
    for (const positions of elementsIn(point.body)) {
      if (positions.id !== ID.cueTrackPositions || parsed.length >= MAX_CUES) continue;
      const [track, offset] = [
        uintIn(positions.body, ID.cueTrack),
        uintIn(positions.body, ID.cueClusterPosition),
      ];
      const relative = uintIn(positions.body, ID.cueRelativePosition);
      if (ticks === undefined || track === undefined || offset === undefined) continue;
      parsed.push({ ticks, track, cluster: start + offset, ...(relative === undefined ? {} : { relative }) });
    }
  }
  return parsed.sort((a, b) => a.ticks - b.ticks);
}

function uintIn(body: Buffer, id: number): number | undefined {
  const element = findElement(body, id);
  const value = element ? readUint(element) : NaN;
  return Number.isNaN(value) ? undefined : value;
}
