/**
 * Which qualities of a video are offered: the source's own stream where browsers can play it, and encodes
 * below it. Never larger than the source, never at a higher bit rate than it is worth. Pure.
 */
import { levelFor } from './h264-level.js';
import type { MediaInfo, VideoStream } from './info.js';
import type { EncodedVideo } from './plan.js';
import { rateOf } from './rational.js';
import type { VideoIndex } from './source-index.js';

/** Short sides. Below a copy the picture need not be doubled at 1080. */
const HEIGHTS = [1080, 720, 480];
const HEIGHTS_BELOW_COPY = [720, 480];
/** A rung is worth its bytes only when the picture above it is clearly larger: 480 below more than 600. */
const CLEARLY_LARGER = 1.25;
/** Widest picture that common decoders take. */
const LONGEST_SIDE = 4096;
const CRF = 23;
/** Twelve seconds without a keyframe would make every seek and quality switch as long. */
const LONGEST_GOP_SECONDS = 12;
const COPIED_PROFILES = [66, 77, 100];

/** The encoded rungs, largest first; what is copied stands above them and is not listed. */
export function planLadder(
  info: MediaInfo,
  { copyable, heights }: { copyable: boolean; heights?: readonly number[] | undefined },
): EncodedVideo[] {
  const video = info.video;
  if (!video) return [];
  const source = Math.min(video.displayWidth, video.displayHeight);
  const rungs = [...(heights ?? (copyable ? HEIGHTS_BELOW_COPY : HEIGHTS))].sort((a, b) => b - a);
  const top = copyable ? [] : [Math.min(source, rungs[0] ?? source)];
  const above = top[0] ?? source;
  const below = rungs.filter((height) => above > height * CLEARLY_LARGER);
  const smallest = below.at(-1) ?? top[0];
  return [...top, ...below].map((height) =>
    // Under a copy only the smallest is made ahead: a way down for slow lines that always exists.
    encodeAt(info, video, height, !copyable || height === smallest),
  );
}

/** Why the video cannot be handed out as it is; undefined when it can. One short clause for logs. */
export function reasonNotToCopy(info: MediaInfo, index: VideoIndex | undefined): string | undefined {
  const video = info.video;
  if (!video || !index) return 'its samples are not indexed';
  const { codec, bitDepth, chroma, interlaced, squarePixels, rotation } = video;
  if (codec !== 'h264') return `it is ${codec}`;
  if (bitDepth !== 8 || chroma !== '420') return `its pixels are ${video.pixelFormat}`;
  if (!COPIED_PROFILES.includes(index.avcC[1] ?? 0)) return 'its profile is not played everywhere';
  if (interlaced) return 'it is interlaced';
  if (!squarePixels) return 'its pixels are not square';
  if (rotation !== 0) return 'it is rotated';
  if (video.hdr) return 'it is HDR';
  if (!index.everySyncIsIdr) return 'not every keyframe is an entry point';
  return reasonInKeyframes(index);
}

function reasonInKeyframes({ keyframeTicks, endTicks, timescale }: VideoIndex): string | undefined {
  const first = keyframeTicks[0];
  if (first === undefined || first < 0 || endTicks <= first) return 'it does not begin with a keyframe';
  for (let i = 0; i < keyframeTicks.length; i++) {
    const gap = (keyframeTicks[i + 1] ?? endTicks) - keyframeTicks[i]!;
    if (gap > LONGEST_GOP_SECONDS * timescale) return 'its keyframes are too far apart';
  }
  return undefined;
}

function encodeAt(info: MediaInfo, video: VideoStream, height: number, eager: boolean): EncodedVideo {
  const size = fitShortSide(video, height);
  const frameRate = rateOf(video.frameRate);
  const maxrateBps = maxrateFor(size, frameRate, video.bitrateBps ?? info.bitrateBps);
  return {
    id: `v${Math.min(size.width, size.height)}`,
    kind: 'video',
    method: 'encode',
    ...size,
    ...levelFor(size.width, size.height, frameRate, maxrateBps),
    crf: CRF,
    maxrateBps,
    eager,
  };
}

/** Upright size with the given short side, both even and never beyond the source. */
function fitShortSide(video: VideoStream, height: number): { width: number; height: number } {
  const { displayWidth, displayHeight } = video;
  const scale = Math.min(
    1,
    height / Math.min(displayWidth, displayHeight),
    LONGEST_SIDE / Math.max(displayWidth, displayHeight),
  );
  const even = (side: number) =>
    Math.max(2, Math.min(2 * Math.round((side * scale) / 2), 2 * Math.floor(side / 2)));
  return { width: even(displayWidth), height: even(displayHeight) };
}

/** What a demanding scene may take at 854 × 480 and 30 frames a second. */
const REFERENCE = { bitsPerSecond: 1_500_000, pixels: 854 * 480, frameRate: 30 };
/** Larger pictures need fewer bits per pixel: 0.85 gives 3 Mb/s at 720p and 6 Mb/s at 1080p. */
const PIXEL_EXPONENT = 0.85;
const ABOVE_SOURCE = 1.3;
const LEAST_SHARE = 0.2;
const STEP_BPS = 10_000;

function maxrateFor(size: { width: number; height: number }, frameRate: number, sourceBps: number): number {
  const pixels = (size.width * size.height) / REFERENCE.pixels;
  const faster = Math.max(1, Math.sqrt(frameRate / REFERENCE.frameRate));
  const usual = REFERENCE.bitsPerSecond * pixels ** PIXEL_EXPONENT * faster;
  // More bits than the source has cannot show more; but a still picture's few bits are no measure, since the
  // encode has many more keyframes.
  const capped = sourceBps > 0 ? Math.max(sourceBps * ABOVE_SOURCE, usual * LEAST_SHARE) : usual;
  return Math.max(STEP_BPS, Math.round(Math.min(usual, capped) / STEP_BPS) * STEP_BPS);
}
