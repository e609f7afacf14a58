/** What a path alone tells: whether it may be one of ours, what people call the file, what it most likely is. Pure. */
import { AppError } from '../base/errors.js';

const AUDIO = /\.(mp3|m4a|m4b|aac|flac|wav|ogg|oga|opus|wma|aif|aiff|ac3|eac3|mka|ape|wv|amr|caf)$/i;

/** Errors: 'invalid' for a path that could lead out of the media dir. */
export function checkPath(path: string): void {
  const parts = path.split('/');
  const isUsable =
    !path.includes('\0') && parts.every((part) => part !== '' && part !== '.' && part !== '..');
  if (!isUsable) throw new AppError('invalid', `${JSON.stringify(path)} is not a path inside the media dir.`);
}

export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Until the probe tells. */
export const guessMediaType = (path: string): 'video' | 'audio' => (AUDIO.test(path) ? 'audio' : 'video');

/** A name given by people stays; one that came from the path follows it. */
export function displayNameAfterMove(file: { path: string; displayName: string }, newPath: string): string {
  return file.displayName === baseName(file.path) ? baseName(newPath) : file.displayName;
}
