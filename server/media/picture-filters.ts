/** Video filters shared by renditions and posters: the right size, upright, SDR, square pixels. Pure. */
import type { VideoStream } from './info.js';

/** ffmpeg turns the picture upright by itself, in front of these. */
export function sizeAndColour(video: VideoStream, width: number, height: number): string[] {
  return [
    // Scaling before tone mapping: the latter works in 32-bit float, a quarter of the pixels is a quarter of
    // the time.
    `scale=${width}:${height}:flags=${scaler(video, width, height)}`,
    ...(video.hdr ? TONE_MAPPING : []),
    // The scale has undone the source's pixel shape already.
    'setsar=1',
  ];
}

/** Averaging looks the same as bicubic where a picture shrinks (SSIM within 0.1 dB) at half the cost. */
function scaler({ width, height, rotation }: VideoStream, toWidth: number, toHeight: number): string {
  const [w, h] = rotation % 180 === 0 ? [width, height] : [height, width];
  return toWidth <= w && toHeight <= h ? 'area' : 'bicubic';
}

const TONE_MAPPING = [
  // PQ and HLG come with BT.2020; streams that do not say so would stop the conversion.
  'setparams=color_primaries=bt2020:colorspace=bt2020nc',
  // To linear light, 100 nits being diffuse white …
  'zscale=t=linear:npl=100',
  'format=gbrpf32le',
  // … in the colours of BT.709, …
  'zscale=p=bt709',
  // … highlights compressed, not desaturated, …
  'tonemap=tonemap=hable:desat=0',
  // … and back to video levels.
  'zscale=t=bt709:m=bt709:r=tv',
];
