/**
 * Walks the blocks of clusters in file order, reading their heads and never their frames. Stops without an
 * error at whatever it does not understand: what then is missing shows in the result.
 */
import type { SourceFile } from '../source-file.js';
import { findElement, MAX_HEADER_BYTES, readElement, readUint, type Element } from './ebml.js';
import { BETWEEN_CLUSTERS, ID } from './ids.js';
import { isLaced, LACED_HEAD_BYTES, parseBlockHead, PLAIN_HEAD_BYTES } from './lacing.js';

export interface Block {
  track: number;
  ticks: number;
  isKey: boolean;
  /** File position of the element, and behind it. */
  position: number;
  end: number;
  /** Frames laced together in this block; one for video. */
  frames: { position: number; sizeBytes: number }[];
}

export interface WalkOptions {
  /** Begin at this offset in the first cluster's content, once its timestamp is known. */
  relative?: number | undefined;
  /** How much is read at once; small where only a block or two are wanted. */
  windowBytes?: number;
}

const WINDOW_BYTES = 8 * 1024;
/** Per walk; a cluster of a few seconds has some hundreds. */
const MAX_ELEMENTS = 200_000;
/** A group with more around its block than this is not read for a reference. */
const MAX_GROUP_TAIL_BYTES = 64 * 1024;

/** `cluster`: file position of a Cluster element. */
export async function* walkBlocks(
  source: SourceFile,
  cluster: number,
  { relative, windowBytes = WINDOW_BYTES }: WalkOptions = {},
): AsyncGenerator<Block, void, void> {
  const look = createWindow(source, windowBytes);
  let position = cluster;
  let inside: { end: number; jumpTo: number; ticks?: number } | undefined;
  for (let n = 0; n < MAX_ELEMENTS && position < source.sizeBytes; n++) {
    if (inside && position >= inside.end) inside = undefined;
    const element = readElement(await look(position, MAX_HEADER_BYTES), 0);
    if (element?.sizeBytes === undefined) return;
    const body = position + element.headerBytes;
    const end = body + element.sizeBytes;
    if (!inside) {
      if (element.id === ID.cluster) {
        inside = { end, jumpTo: position === cluster && relative !== undefined ? body + relative : body };
        position = body;
      } else if (BETWEEN_CLUSTERS.has(element.id)) position = end;
      else return;
      continue;
    }
    if (end > inside.end) return;
    if (element.id === ID.timestamp && element.sizeBytes <= 8) {
      inside.ticks = readUint((await look(body, 8)).subarray(0, element.sizeBytes));
      position = Math.max(end, inside.jumpTo);
      continue;
    }
    if (element.id === ID.simpleBlock || element.id === ID.blockGroup) {
      if (end > source.sizeBytes) return;
      const block = await readBlock(look, element, position);
      if (!block || inside.ticks === undefined) return;
      yield { ...block, ticks: inside.ticks + block.ticks, position, end };
    }
    position = end;
  }
}

async function readBlock(look: Look, element: Element, position: number) {
  const body = position + element.headerBytes;
  if (element.id === ID.simpleBlock) return readFrames(look, body, element.sizeBytes!);
  // A group: the block itself, and a reference to another one unless it is a keyframe.
  const end = body + element.sizeBytes!;
  let at = body;
  let hasReference = false;
  while (at < end) {
    const child = readElement(await look(at, MAX_HEADER_BYTES), 0);
    if (child?.sizeBytes === undefined || at + child.headerBytes + child.sizeBytes > end) return undefined;
    const behind = at + child.headerBytes + child.sizeBytes;
    if (child.id === ID.block) {
      const block = await readFrames(look, at + child.headerBytes, child.sizeBytes);
      if (!block || end - behind > MAX_GROUP_TAIL_BYTES) return undefined;
      const rest = (await look(behind, end - behind)).subarray(0, end - behind);
      return { ...block, isKey: !hasReference && !findElement(rest, ID.referenceBlock) };
    }
    hasReference ||= child.id === ID.referenceBlock;
    at = behind;
  }
  return undefined;
}

async function readFrames(look: Look, position: number, sizeBytes: number) {
  const plain = await look(position, PLAIN_HEAD_BYTES);
  const bytes = isLaced(plain) ? await look(position, LACED_HEAD_BYTES) : plain;
  const head = parseBlockHead(bytes.subarray(0, sizeBytes), sizeBytes);
  if (!head) return undefined;
  let at = position + head.headBytes;
  const frames = head.frameSizes.map((size) => ({ position: (at += size) - size, sizeBytes: size }));
  return { track: head.track, ticks: head.ticks, isKey: head.isKey, frames };
}

type Look = (position: number, length: number) => Promise<Buffer>;

/** Bytes from `position`, at least `length` of them unless the file ends; keeps one window of the file. */
function createWindow(source: SourceFile, windowBytes: number): Look {
  let from = 0;
  let bytes: Buffer = Buffer.alloc(0);
  return async (position, length) => {
    const isInside = position >= from && position + length <= from + bytes.length;
    const isAtEnd = from + bytes.length >= source.sizeBytes && position >= from;
    if (!isInside && !isAtEnd) {
      bytes = await source.peek(position, Math.max(length, windowBytes));
      from = position;
    }
    return bytes.subarray(position - from);
  };
}
