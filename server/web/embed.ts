/** The player alone as a frame in somebody's page: how large, and the HTML that puts it there. Pure. */
import type { MediaInfo } from '../media/info.js';

export interface FrameSize {
  width: number;
  height: number;
}

/** Of a sound: its controls, and room for a cover. */
const SOUND_SIZE: FrameSize = { width: 640, height: 240 };
/** What a frame has to be allowed; said in README too. */
const ALLOWED = 'autoplay; fullscreen; picture-in-picture; encrypted-media; clipboard-write';

export function frameSize(video: MediaInfo['video']): FrameSize {
  return video ? { width: video.displayWidth, height: video.displayHeight } : SOUND_SIZE;
}

/** As large as `most` allows, in the same shape; never larger than it is. */
export function fitFrame(size: FrameSize, most: Partial<FrameSize>): FrameSize {
  const scale = Math.min(
    1,
    (most.width ?? size.width) / size.width,
    (most.height ?? size.height) / size.height,
  );
  return {
    width: Math.max(1, Math.round(size.width * scale)),
    height: Math.max(1, Math.round(size.height * scale)),
  };
}

/** As wide as its place, in the shape of the picture; a fixed size where `isFixed`, as oEmbed wants it. */
export function embedHtml({
  url,
  title,
  width,
  height,
  isFixed = false,
}: FrameSize & { url: string; title: string; isFixed?: boolean }): string {
  const size = isFixed
    ? `width="${width}" height="${height}" style="border:0"`
    : `style="width:100%;aspect-ratio:${width}/${height};border:0"`;
  return `<iframe src="${escape(url)}" title="${escape(title)}" ${size} allow="${ALLOWED}" allowfullscreen loading="lazy"></iframe>`;
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => ESCAPES[letter]!);
}
