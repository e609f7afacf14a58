/** One video stream of ffprobe in our words. Pure. */
import type { VideoStream } from '../info.js';
import { chooseFrameRate } from './frame-rate.js';
import type { RawStream } from './ffprobe.js';
import { finite, positive, streamEnd, tagOf } from './fields.js';
import { describePixels } from './pixels.js';

const HDR_TRANSFERS = ['smpte2084', 'arib-std-b67'];
const INTERLACED_ORDERS = ['tt', 'bb', 'tb', 'bt'];
/** Pixel shapes this near to 1 come of rounding (853 × 481 for 16:9), nobody sees them. */
const NEARLY_SQUARE = 0.005;
const SANE_PIXEL_SHAPE = 8;

/** True for cover art and other stills that containers carry as a video stream. */
export function isStill(stream: RawStream): boolean {
  const { attached_pic, timed_thumbnails, still_image } = stream.disposition ?? {};
  return Boolean(attached_pic || timed_thumbnails || still_image);
}

export function describeVideo(stream: RawStream, startSeconds: number): VideoStream {
  const { width = 0, height = 0, pix_fmt: pixelFormat = 'unknown' } = stream;
  const rotation = rotationOf(stream);
  const shape = pixelShape(stream.sample_aspect_ratio);
  const shown = { width: Math.max(1, Math.round(width * shape)), height };
  const isOnSide = rotation === 90 || rotation === 270;
  const interlaced = INTERLACED_ORDERS.includes(stream.field_order ?? '');
  const rate = chooseFrameRate(stream.avg_frame_rate, stream.r_frame_rate, interlaced);
  const bitrateBps = positive(stream.bit_rate) ?? positive(tagOf(stream.tags, 'BPS'));
  const durationSeconds = streamEnd(stream, startSeconds);
  const delaySeconds = positive(finite(stream.start_time, startSeconds) - startSeconds);
  return {
    index: stream.index,
    codec: stream.codec_name!.toLowerCase(),
    ...(stream.profile && stream.profile !== 'unknown' ? { profile: stream.profile } : {}),
    width,
    height,
    displayWidth: isOnSide ? shown.height : shown.width,
    displayHeight: isOnSide ? shown.width : shown.height,
    rotation,
    squarePixels: shape === 1,
    pixelFormat,
    ...describePixels(pixelFormat),
    interlaced,
    frameRate: rate.frameRate,
    variableFrameRate: rate.variable,
    ...(rate.source ? { sourceFrameRate: rate.source } : {}),
    ...(delaySeconds ? { delaySeconds } : {}),
    hdr: HDR_TRANSFERS.includes(stream.color_transfer ?? ''),
    ...(bitrateBps ? { bitrateBps } : {}),
    ...(durationSeconds ? { durationSeconds } : {}),
  };
}

/** Clockwise turn that makes the picture upright, from the display matrix or the older tag. */
function rotationOf(stream: RawStream): VideoStream['rotation'] {
  const matrix = stream.side_data_list?.find((data) => data.side_data_type === 'Display Matrix');
  // ffprobe counts the matrix counterclockwise, the tag clockwise.
  const degrees =
    matrix?.rotation !== undefined ? -matrix.rotation : Number(tagOf(stream.tags, 'rotate') ?? 0);
  const turns = Number.isFinite(degrees) ? (((Math.round(degrees / 90) % 4) + 4) % 4) * 90 : 0;
  // A picture flipped upside down reads as "not turned". Calling it half a turn keeps its shape and lets it
  // be encoded, where ffmpeg applies the whole matrix.
  return turns === 0 && isFlipped(matrix?.displaymatrix) ? 180 : (turns as VideoStream['rotation']);
}

/** True when the 2 × 2 part of the matrix has a negative determinant; rows as ffprobe prints them. */
function isFlipped(matrix: string | undefined): boolean {
  const rows = (matrix ?? '').trim().split('\n');
  const [a = 1, b = 0] = (rows[0]?.split(':')[1] ?? '1 0').trim().split(/\s+/).map(Number);
  const [c = 0, d = 1] = (rows[1]?.split(':')[1] ?? '0 1').trim().split(/\s+/).map(Number);
  return a * d - b * c < 0;
}

/** Width of a pixel for a height of 1. */
function pixelShape(ratio: string | undefined): number {
  const [num = NaN, den = NaN] = (ratio ?? '').split(':').map(Number);
  const shape = num / den;
  const isSane = shape > 1 / SANE_PIXEL_SHAPE && shape < SANE_PIXEL_SHAPE;
  return isSane && Math.abs(shape - 1) > NEARLY_SQUARE ? shape : 1;
}
