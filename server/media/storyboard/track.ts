/** The track that tells a player which tile of the sheet belongs to which time. Pure. */
import { formatTime } from '../captions.js';
import type { StoryboardLayout } from './layout.js';

/** WebVTT whose cues name the tile (Media Fragments 4.2.2); the sheet lies beside it. Time 0 is the stretch's start. */
export function storyboardTrack(layout: StoryboardLayout, sheetName: string): string {
  const { count, columns, tileWidth, tileHeight, pictureSeconds, stretch } = layout;
  const startOf = (n: number) =>
    n < count ? (n * pictureSeconds) / count : stretch.endSeconds - stretch.startSeconds;
  const cues = Array.from({ length: count }, (_, n) => {
    const times = `${formatTime(startOf(n))} --> ${formatTime(startOf(n + 1))}`;
    const x = (n % columns) * tileWidth;
    const y = Math.floor(n / columns) * tileHeight;
    return `${times}\n${sheetName}#xywh=${x},${y},${tileWidth},${tileHeight}`;
  });
  return `${['WEBVTT', ...cues].join('\n\n')}\n`;
}
