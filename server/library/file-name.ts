/** From the name that a client gave to its file to one that may lie in the media dir. Pure. */

/** Of most file systems 255; room is left for a number. */
const NAME_BYTES = 200;
const FALLBACK = 'upload';

/** One path part that no program takes for hidden, partial, a folder, an option or a stream. */
export function toSafeName(given: string): string {
  const plain = given
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '')
    .replaceAll(/[/\\:*?"<>|]/g, '_')
    .replace(/^[\s.~-]+/, '')
    .replace(/[\s.~]+$/, '');
  const { stem, ending } = splitName(plain);
  const short = shorten(stem, NAME_BYTES - Buffer.byteLength(ending));
  return short + ending || FALLBACK;
}

/** `clip.mp4`, 2 → `clip (2).mp4`. */
export function numberName(name: string, n: number): string {
  if (n === 1) return name;
  const { stem, ending } = splitName(name);
  return `${stem} (${n})${ending}`;
}

/** Those that turn the direction of what follows, so that `exe.4pm` would read as `mp4.exe` (UAX 9). */
const BIDI_CONTROLS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** What people see as the name: the last part of a path, in one line. */
export function toDisplayName(given: string): string {
  const last = given.split(/[/\\]/).at(-1)!;
  return (
    last
      .replaceAll(/\p{Cc}/gu, '')
      .replaceAll(BIDI_CONTROLS, '')
      .trim()
      .slice(0, 255) || FALLBACK
  );
}

function splitName(name: string): { stem: string; ending: string } {
  const ending = /\.[A-Za-z0-9]{1,10}$/.exec(name)?.[0] ?? '';
  return ending === name
    ? { stem: name, ending: '' }
    : { stem: name.slice(0, name.length - ending.length), ending };
}

function shorten(text: string, bytes: number): string {
  let room = bytes;
  return Array.from(text)
    .filter((letter) => (room -= Buffer.byteLength(letter)) >= 0)
    .join('');
}
