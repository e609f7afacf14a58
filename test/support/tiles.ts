/** What the tiles of a storyboard show. */
import { execFileSync } from 'node:child_process';
import type { StoryboardLayout } from '../../server/media/storyboard/index.js';
import { readFrameNumber } from './clips.js';

/** A sheet as grey samples, row by row. */
export function decodeSheet(jpeg: Buffer): { width: number; height: number; gray: Buffer } {
  // Start of frame (ITU-T T.81 B.2.2): precision, height, width.
  const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0])) + 5;
  const raw = ['-v', 'error', '-i', 'pipe:0', '-f', 'rawvideo', '-pix_fmt', 'gray', 'pipe:1'];
  const gray = execFileSync('ffmpeg', raw, { input: jpeg, maxBuffer: 1 << 28 });
  return { width: jpeg.readUInt16BE(frame + 2), height: jpeg.readUInt16BE(frame), gray };
}

/** One tile as grey samples. */
export function cutTile(
  jpeg: Buffer,
  { columns, tileWidth, tileHeight }: StoryboardLayout,
  n: number,
): Buffer {
  const { width, gray } = decodeSheet(jpeg);
  const left = (n % columns) * tileWidth;
  const top = Math.floor(n / columns) * tileHeight;
  const rows = Array.from({ length: tileHeight }, (_, y) => {
    const at = (top + y) * width + left;
    return gray.subarray(at, at + tileWidth);
  });
  return Buffer.concat(rows);
}

/** The number that the frame counter shows in each tile. */
export function readTiles(jpeg: Buffer, layout: StoryboardLayout): number[] {
  return Array.from({ length: layout.count }, (_, n) =>
    readFrameNumber(cutTile(jpeg, layout, n), layout.tileWidth),
  );
}
