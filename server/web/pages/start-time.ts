/** Where to begin, as people write it in a link: `?s=83`, `83.5`, `1m23s`, `1:23`. Pure. */

const UNITS = /^(?:(\d{1,4})h)?(?:(\d{1,6})m)?(?:(\d{1,7}(?:\.\d{1,6})?)s?)?$/i;
const CLOCK = /^(?:(\d{1,4}):)?(\d{1,4}):(\d{1,2}(?:\.\d{1,6})?)$/;

/** A link past the end shows the last picture, not nothing. */
const LAST_SECONDS = 0.5;

/** Seconds from the beginning within the duration; 0 for what makes no sense. */
export function readStartSeconds(given: unknown, durationSeconds: number): number {
  const text = typeof given === 'string' ? given.trim() : '';
  const match = CLOCK.exec(text) ?? UNITS.exec(text);
  if (!match || text === '') return 0;
  const [hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
  ];
  return Math.min(hours * 3600 + minutes * 60 + seconds, Math.max(0, durationSeconds - LAST_SECONDS));
}
