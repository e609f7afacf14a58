/** Text subtitles as WebVTT, on the stream's time line. Knows how ffmpeg is asked and what HLS adds. Pure. */
import { BARE, QUIET, type Source } from './args.js';
import { inputName, INPUT_LIMITS } from './input.js';

/** WebVTT on stdout, with the container's own times: toHlsWebVtt moves them. */
export function captionsArgs({ path }: Source, ordinal: number): string[] {
  return [
    ...QUIET,
    ...INPUT_LIMITS,
    // Pictures and sound are not even read where the container allows to skip them.
    ...['-discard:v', 'all', '-discard:a', 'all'],
    '-copyts',
    ...['-i', inputName(path)],
    ...['-map', `0:s:${ordinal}`, '-vn', '-an', '-dn', ...BARE],
    ...['-f', 'webvtt', 'pipe:1'],
  ];
}

// RFC 8216 3.5: cue times are mapped to the media's; both begin at 0 here.
export const TIMESTAMP_MAP = 'X-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000';
const TIME = String.raw`(?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3}`;
export const CUE_TIMES = new RegExp(String.raw`^(${TIME})([ \t]+-->[ \t]+)(${TIME})`);
export const INLINE_TIME = new RegExp(`<(${TIME})>`, 'g');

/** The text as HLS wants it; `startSeconds` is the container time that the stream calls 0. */
export function toHlsWebVtt(text: string, startSeconds = 0): string {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  const header = lines[0]?.startsWith('WEBVTT') ? lines.shift()! : 'WEBVTT';
  const body = lines.filter((line) => !line.startsWith('X-TIMESTAMP-MAP'));
  const moved = startSeconds ? body.map((line) => moveTimes(line, startSeconds)) : body;
  return [header, TIMESTAMP_MAP, ...moved].join('\n');
}

function moveTimes(line: string, startSeconds: number): string {
  const move = (time: string) => formatTime(parseTime(time) - startSeconds);
  const cue = CUE_TIMES.exec(line);
  if (cue) return `${move(cue[1]!)}${cue[2]}${move(cue[3]!)}${line.slice(cue[0].length)}`;
  return line.replace(INLINE_TIME, (_, time: string) => `<${move(time)}>`);
}

export function parseTime(time: string): number {
  return time.split(':').reduce((seconds, part) => seconds * 60 + Number(part), 0);
}

export function formatTime(seconds: number): string {
  const ms = Math.max(0, Math.round(seconds * 1000));
  const pad = (value: number, digits: number) => String(Math.floor(value)).padStart(digits, '0');
  return `${pad(ms / 3_600_000, 2)}:${pad((ms / 60_000) % 60, 2)}:${pad((ms / 1000) % 60, 2)}.${pad(ms % 1000, 3)}`;
}
