/** What ffmpeg's pixel format names say about depth and colour sampling. Pure. */
import type { VideoStream } from '../info.js';

export function describePixels(pixelFormat: string): Pick<VideoStream, 'bitDepth' | 'chroma'> {
  return { bitDepth: depthOf(pixelFormat), chroma: chromaOf(pixelFormat) };
}

function depthOf(name: string): number {
  // p010 and its kin (semi-planar), yuv420p10le, gbrp12be, gray16le; rgb48 is three times 16.
  const semiPlanar = /^p[024](10|12|16)/.exec(name);
  const suffix = /(?:p|gray|xyz|x2rgb|x2bgr)(9|10|12|14|16)(?:le|be)?$/.exec(name);
  if (semiPlanar ?? suffix) return Number((semiPlanar ?? suffix)![1]);
  if (/^(rgb48|bgr48|rgba64|bgra64)/.test(name)) return 16;
  if (/^(v210|y210|xv30)/.test(name)) return 10;
  return 8;
}

function chromaOf(name: string): VideoStream['chroma'] {
  if (/^(gray|ya|mono)/.test(name)) return 'gray';
  if (/^(yuvj?a?420|nv12|nv21|p01)/.test(name)) return '420';
  // 4:1:1, 4:1:0 and 4:4:0 have no word of their own: all that matters is that they are not 4:2:0.
  if (/^(yuvj?a?4(22|11|10|40)|nv16|nv20|p21|yuyv|uyvy|yvyu|uyyv|y21)/.test(name)) return '422';
  if (/^(yuvj?a?444|nv24|nv42|p41|ayuv|xv30|vuy)/.test(name)) return '444';
  return 'rgb';
}
