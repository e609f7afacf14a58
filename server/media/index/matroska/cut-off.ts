/** Notices that the end of a file is missing: its Segment says that it goes on, and a cluster is torn. */
import { refuseCutOff } from '../cut-off.js';
import type { MediaInfo } from '../../info.js';
import type { SourceFile } from '../source-file.js';
import { walkBlocks } from './blocks.js';
import { MAX_HEADER_BYTES, readElement } from './ebml.js';
import { BETWEEN_CLUSTERS, ID } from './ids.js';
import type { Segment } from './segment.js';

const MAX_CLUSTERS = 200_000;
/** Less is what a cut through the tables behind the last cluster leaves: everything can be played. */
const NOTHING_LOST_SECONDS = 1;

/** Errors: AppError 'unsupported-media' that tells how much of the file can be played. */
export async function refuseTorn(source: SourceFile, segment: Segment, info: MediaInfo): Promise<void> {
  if (segment.end === undefined || segment.end <= source.sizeBytes) return;
  const last = await findLastCluster(source, segment.firstCluster);
  let ticks = 0;
  for await (const block of walkBlocks(source, last)) ticks = Math.max(ticks, block.ticks);
  const playableSeconds = ticks / segment.timescale - info.startSeconds;
  if (info.durationSeconds - playableSeconds > NOTHING_LOST_SECONDS) refuseCutOff(playableSeconds, info);
}

/** Hops from cluster to cluster by their sizes. */
async function findLastCluster(source: SourceFile, first: number): Promise<number> {
  let [last, position] = [first, first];
  for (let n = 0; n < MAX_CLUSTERS && position < source.sizeBytes; n++) {
    const element = readElement(await source.peek(position, MAX_HEADER_BYTES), 0);
    if (element?.sizeBytes === undefined) break;
    if (element.id === ID.cluster) last = position;
    else if (!BETWEEN_CLUSTERS.has(element.id)) break;
    position += element.headerBytes + element.sizeBytes;
  }
  return last;
}
