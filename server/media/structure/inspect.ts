/**
 * Tells from a few small reads whether a file is all there, by what its own container promises. Runs no
 * ffmpeg, does bounded work, and says `unknown` rather than guess; nothing in a file makes it throw.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { pread } from '../pread.js';
import { inspectAsf } from './asf.js';
import { inspectIsoFile, isIsoFile } from './iso-file.js';
import { inspectMatroska } from './matroska.js';
import { inspectMp3 } from './mp3.js';
import { inspectOgg } from './ogg.js';
import { inspectRiff } from './riff.js';
import { incomplete, UNKNOWN, type Bytes, type Structure } from './verdict.js';

type Inspector = (bytes: Bytes) => Promise<Structure>;

const HEAD_BYTES = 16;
const SPOTS = 9;
const SPOT_BYTES = 4096;
const INSPECTORS: [(head: Buffer) => boolean, Inspector][] = [
  [isIsoFile, inspectIsoFile],
  [(head) => head.readUInt32BE(0) === 0x1a45dfa3, inspectMatroska],
  [(head) => ['RIFF', 'RF64', 'BW64', 'FORM'].includes(head.toString('latin1', 0, 4)), inspectRiff],
  [(head) => head.toString('latin1', 0, 4) === 'OggS', inspectOgg],
  [(head) => head.readUInt32BE(0) === 0x3026b275, inspectAsf],
  [(head) => head.toString('latin1', 0, 3) === 'ID3' || head.readUInt16BE(0) >> 5 === 0x7ff, inspectMp3],
];

/** `sizeBytes` is the size to judge by (from the caller's stat). Errors: only those of opening and reading. */
export async function inspectStructure(source: FileHandle | string, sizeBytes: number): Promise<Structure> {
  if (sizeBytes === 0) return incomplete('The file is empty.');
  const handle = typeof source === 'string' ? await open(source, 'r') : source;
  try {
    return await inspect({ sizeBytes, at: (position, length) => pread(handle, position, length) });
  } finally {
    if (handle !== source) await handle.close();
  }
}

async function inspect(bytes: Bytes): Promise<Structure> {
  const head = await bytes.at(0, HEAD_BYTES);
  if (head.length < HEAD_BYTES) return UNKNOWN;
  if (head.every((byte) => byte === 0))
    return incomplete('The file begins with zeros: its content is not there yet.');
  const inspector = INSPECTORS.find(([matches]) => matches(head))?.[1];
  const structure = inspector ? await inspector(bytes) : UNKNOWN;
  return structure.verdict === 'complete' && !(await isWritten(bytes)) ? UNKNOWN : structure;
}

/**
 * False when spots of the file are all zeros: some copy programs give the file its full size first and write
 * the bytes afterwards. Silence in plain PCM looks the same, therefore this never proves anything missing.
 */
async function isWritten({ sizeBytes, at }: Bytes): Promise<boolean> {
  const last = Math.max(0, sizeBytes - SPOT_BYTES);
  for (let n = SPOTS - 1; n >= 0; n--) {
    const spot = await at(Math.floor((last * n) / (SPOTS - 1)), SPOT_BYTES);
    if (spot.every((byte) => byte === 0)) return false;
  }
  return true;
}
