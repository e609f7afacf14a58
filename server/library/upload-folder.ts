/** Where in the media dir people may put a file: real folders of it that are watched, reached without a link. */
import { realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, hasErrno } from '../base/errors.js';
import { isLeftOutFolder, judgeName } from '../media/names.js';
import { toSafeName } from './file-name.js';

/** `trips/2024` → `trips/2024/`; '' for the media dir itself. Errors: 'not-found'. */
export async function findUploadFolder(mediaDir: string, given: string): Promise<string> {
  const parts = given.split('/').filter((part) => part !== '');
  const isOdd = (part: string) =>
    part === '.' || part === '..' || part.includes('\0') || part.includes('\\') || isLeftOutFolder(part);
  if (parts.length === 0) return '';
  if (parts.some(isOdd)) throw noFolder(given);
  const wished = join(await realpath(mediaDir), ...parts);
  try {
    // A link could lead out of the media dir, now or later.
    if ((await realpath(wished)) !== wished || !(await stat(wished)).isDirectory()) throw noFolder(given);
  } catch (error) {
    throw hasErrno(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP', 'ENAMETOOLONG') ? noFolder(given) : error;
  }
  return `${parts.join('/')}/`;
}

/** The name under which it will lie there. Errors: 'unsupported-media'. */
export function checkUploadName(filename: string): string {
  const name = toSafeName(filename);
  if (judgeName(name) === 'media') return name;
  throw new AppError('unsupported-media', `${JSON.stringify(name)} is no name of a video or audio file.`);
}

const noFolder = (given: string): AppError =>
  new AppError('not-found', `There is no folder ${JSON.stringify(given)} in the media folder.`);
