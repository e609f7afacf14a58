/** WebVTT cut to a clip: only what is read in the range, on the clip's time. Pure. */
import { CUE_TIMES, formatTime, INLINE_TIME, parseTime, TIMESTAMP_MAP } from '../captions.js';

export interface CaptionWindow {
  fromSeconds: number;
  toSeconds: number;
  /** The parent's time that is 0 in the clip. */
  originSeconds: number;
}

/**
 * Cues that are seen in the window, none before it begins or after it ends. Their names and all notes are left out:
 * they may tell where in the parent this is, or what else is said there.
 */
export function cutWebVtt(text: string, window: CaptionWindow): string {
  const [, ...blocks] = text.replace(/\r\n?/g, '\n').split(/\n{2,}/);
  const kept = blocks.flatMap((block) => {
    const lines = block.split('\n').filter((line) => line !== '');
    if (/^(STYLE|REGION)[ \t]*$/.test(lines[0] ?? '')) return [lines.join('\n')];
    const at = lines.findIndex((line) => CUE_TIMES.test(line));
    return at < 0 || at > 1 ? [] : cutCue(lines.slice(at), window);
  });
  return `${[`WEBVTT\n${TIMESTAMP_MAP}`, ...kept].join('\n\n')}\n`;
}

function cutCue(
  [times, ...words]: string[],
  { fromSeconds, toSeconds, originSeconds }: CaptionWindow,
): string[] {
  const [whole, start, arrow, end] = CUE_TIMES.exec(times!)!;
  const from = Math.max(parseTime(start!), fromSeconds);
  const to = Math.min(parseTime(end!), toSeconds);
  if (!(from < to)) return [];
  const move = (seconds: number) => formatTime(seconds - originSeconds);
  const first = `${move(from)}${arrow}${move(to)}${times!.slice(whole.length)}`;
  return [[first, ...cutWords(words.join('\n'), from, toSeconds, move)].join('\n')];
}

/** Of words that come one by one only those whose time has come. */
function cutWords(text: string, from: number, until: number, move: (seconds: number) => string): string[] {
  const later = [...text.matchAll(INLINE_TIME)].find(([, time]) => parseTime(time!) >= until);
  const said = later ? text.slice(0, later.index) : text;
  const moved = said.replace(INLINE_TIME, (_, time: string) => `<${move(Math.max(from, parseTime(time)))}>`);
  return moved.trim() === '' ? [] : moved.split('\n');
}
