/**
 * The times of a clip as people type and read them, in whole milliseconds, and what is wrong with a pair of them.
 * The server says the same in the same words (server/web/pages/clip-times.ts). Pure.
 */

const TIME = /^(?:(?:(\d{1,4}):)?(\d{1,5}):)?(\d{1,7}(?:[.,]\d{1,9})?)$/;

/** `62.5`, `1:02.5`, `1:02:03.456` → milliseconds; undefined for what is no time. */
export function readTimeMs(text) {
  const [, hours, minutes, seconds] = TIME.exec(text.trim()) ?? [];
  if (seconds === undefined) return undefined;
  const ms = Math.round(Number(seconds.replace(',', '.')) * 1000);
  if (minutes !== undefined && ms >= 60_000) return undefined;
  if (hours !== undefined && Number(minutes) >= 60) return undefined;
  return (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000 + ms;
}

/** 3723456 → `1:02:03.456`. */
export function preciseTime(ms) {
  const pad = (n, digits) => String(n).padStart(digits, '0');
  const [h, m, s] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60, Math.floor(ms / 1000) % 60];
  const rest = `${pad(s, 2)}.${pad(ms % 1000, 3)}`;
  return h > 0 ? `${h}:${pad(m, 2)}:${rest}` : `${m}:${rest}`;
}

/**
 * @param {{ start: string, end: string }} typed
 * @param {{ durationMs: number, leastMs: number, isAudio: boolean }} bounds
 * @returns {{ startMs?: number, endMs?: number, problem?: { field: 'start' | 'end', text: string } }}
 */
export function readRange({ start, end }, { durationMs, leastMs, isAudio }) {
  const [startMs, endMs] = [readTimeMs(start), readTimeMs(end)];
  const wrong = (field, text) => ({ problem: { field, text } });
  const noTime = 'Write a time such as 62.5 or 1:02:03.456.';
  const ends = `The file ends at ${preciseTime(durationMs)}.`;
  if (startMs === undefined) return wrong('start', `The beginning cannot be read. ${noTime}`);
  if (endMs === undefined) return wrong('end', `The end cannot be read. ${noTime}`);
  if (startMs >= durationMs) return wrong('start', `The beginning lies beyond the end of the file. ${ends}`);
  if (endMs > durationMs) return wrong('end', `The end lies beyond the end of the file. ${ends}`);
  if (endMs <= startMs) return wrong('end', 'The end must come after the beginning.');
  if (endMs - startMs >= leastMs) return { startMs, endMs };
  const least = `${isAudio ? 'A clip' : 'One picture'} lasts ${isAudio ? 'at least ' : ''}${leastMs} ms.`;
  return wrong('end', `That is too short. ${least}`);
}
