/**
 * Opens the sample index of a source, where its container has one that can be trusted. Answers `undefined`
 * for everything else (the absolute grid serves those); refuses only what its own tables prove cut off.
 */
import type { MediaInfo } from '../info.js';
import type { SourceIndex } from '../source-index.js';
import { openMatroska } from './matroska/open-matroska.js';
import { openMp4 } from './mp4/open-mp4.js';
import { openSource, type SourceFile } from './source-file.js';

/** The tables are read at once; which tracks are wanted may be told a little later. */
type Opener = (source: SourceFile, info: Promise<MediaInfo>) => Promise<SourceIndex | undefined>;

interface Container {
  format: string;
  /** Whether a file that begins like this may be one. */
  fits(head: Buffer): boolean;
  open: Opener;
}

const CONTAINERS: Container[] = [
  { format: 'mp4', fits: (head) => /^[a-z]{4}$/.test(head.toString('latin1', 4, 8)), open: openMp4 },
  { format: 'matroska', fits: (head) => head.readUInt32BE(0) === 0x1a45dfa3, open: openMatroska },
];
const HEAD_BYTES = 8;

/**
 * `info` may still be on its way: until then the tables are read. Errors: AppError 'unsupported-media' for a
 * file that is cut off, 'source-missing'; I/O errors as they are; those of `info`, before any other.
 */
export async function openIndex(
  path: string,
  info: MediaInfo | Promise<MediaInfo>,
): Promise<SourceIndex | undefined> {
  const coming = Promise.resolve(info);
  coming.catch(() => {}); // it is asked when the tables are read
  let source: SourceFile | undefined;
  let index: SourceIndex | undefined;
  try {
    source = await openSource(path);
    const head = await source.peek(0, HEAD_BYTES);
    const container = head.length === HEAD_BYTES && CONTAINERS.find((one) => one.fits(head));
    const found = container ? await container.open(source, coming) : undefined;
    const formats = (await coming).format.split(',');
    if (container && formats.includes(container.format)) index = found;
    return index;
  } catch (error) {
    await coming;
    throw error;
  } finally {
    if (!index) await source?.close();
  }
}
