/**
 * Opens the sample index of a source, where its container has one that can be trusted. Answers `undefined`
 * for everything else (the absolute grid serves those); refuses only what its own tables prove cut off.
 */
import type { MediaInfo } from '../info.js';
import type { SourceIndex } from '../source-index.js';
import { openMatroska } from './matroska/open-matroska.js';
import { openMp4 } from './mp4/open-mp4.js';
import { openSource, type SourceFile } from './source-file.js';

type Opener = (source: SourceFile, info: MediaInfo) => Promise<SourceIndex | undefined>;

const OPENERS: [format: string, Opener][] = [
  ['mp4', openMp4],
  ['matroska', openMatroska],
];

/** Errors: AppError 'unsupported-media' for a file that is cut off, 'source-missing'; I/O errors as they are. */
export async function openIndex(path: string, info: MediaInfo): Promise<SourceIndex | undefined> {
  const formats = info.format.split(',');
  const opener = OPENERS.find(([format]) => formats.includes(format))?.[1];
  if (!opener) return undefined;
  const source = await openSource(path);
  let index: SourceIndex | undefined;
  try {
    index = await opener(source, info);
  } finally {
    if (!index) await source.close();
  }
  return index;
}
