/** Numbers as people read them. Pure. */

/** 83.4 → `1:23`, 3723 → `1:02:03`. */
export function clockTime(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n: number) => String(n).padStart(2, '0');
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** To the millisecond, where there are any: 62.5 → `1:02.5`. */
export function exactTime(seconds: number): string {
  const ms = Math.round(seconds * 1000);
  const rest = String(ms % 1000)
    .padStart(3, '0')
    .replace(/0+$/, '');
  return clockTime(Math.floor(ms / 1000)) + (rest && `.${rest}`);
}

/** A length of something, where 0.4 s is not nothing: at least `0:01`. */
export function durationTime(seconds: number): string {
  return clockTime(Math.max(1, Math.round(seconds)));
}

export function timeLeft(seconds: number): string {
  if (seconds < 10) return 'a few seconds left';
  if (seconds < 55) return `about ${Math.ceil(seconds / 10) * 10} s left`;
  if (seconds < 55 * 60) return `about ${Math.round(seconds / 60)} min left`;
  const hours = seconds / 3600;
  return `about ${hours < 10 ? hours.toFixed(1).replace('.0', '') : Math.round(hours)} h left`;
}

/** Powers of 1000, as file managers and shops count. */
export function fileSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  const exponent = Math.min(Math.floor(Math.log10(bytes) / 3), 5);
  const value = bytes / 1000 ** exponent;
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${['', 'KB', 'MB', 'GB', 'TB', 'PB'][exponent]}`;
}

/** At most so many letters, cut at a word, with an ellipsis. */
export function shorten(text: string, letters: number): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  if (flat.length <= letters) return flat;
  // Never half of a letter that takes two units.
  const cut = flat.slice(0, letters - 1).replace(/[\uD800-\uDBFF]$/, '');
  return `${cut.replace(/\s+\S*$/, '') || cut}…`;
}

/** `23 Nov 2026`, UTC. */
export function calendarDay(ms: number): string {
  const format = { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat('en-GB', format).format(ms);
}

/** `23 Nov 2026, 18:05`, UTC. */
export function calendarMoment(ms: number): string {
  const format = { hour: '2-digit', minute: '2-digit', hour12: false, timeZone: 'UTC' } as const;
  return `${calendarDay(ms)}, ${new Intl.DateTimeFormat('en-GB', format).format(ms)}`;
}
