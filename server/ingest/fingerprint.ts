/**
 * A short text that tells one content from another, from three places of the file and its size: enough to
 * know a file again after a copy, cheap for any length. Not for proving that two files are equal.
 */
import { open } from 'node:fs/promises';
import createHasher, { type XXHashAPI } from 'xxhash-wasm';

const SAMPLE_BYTES = 64 * 1024;
/** Changes with the way of sampling, so that old fingerprints match none rather than a wrong one. */
const VERSION = '1';

export type Fingerprint = (path: string) => Promise<string>;

/** Errors: those of opening and reading. */
export function createFingerprint(): Fingerprint {
  let hasher: Promise<XXHashAPI> | undefined;
  return async (path) => {
    const { create64 } = await (hasher ??= createHasher());
    const handle = await open(path, 'r');
    try {
      const { size } = await handle.stat();
      const hash = create64().update(`${size}`);
      for (const [from, to] of sampleRanges(size)) {
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(to - from), 0, to - from, from);
        hash.update(buffer.subarray(0, bytesRead));
      }
      return `${VERSION}-${hash.digest().toString(16).padStart(16, '0')}`;
    } finally {
      await handle.close();
    }
  };
}

/** Head, middle and tail; of a small file simply all of it. */
export function sampleRanges(sizeBytes: number): [from: number, to: number][] {
  if (sizeBytes <= 3 * SAMPLE_BYTES) return sizeBytes > 0 ? [[0, sizeBytes]] : [];
  const middle = Math.floor((sizeBytes - SAMPLE_BYTES) / 2);
  return [0, middle, sizeBytes - SAMPLE_BYTES].map((from) => [from, from + SAMPLE_BYTES]);
}
