/**
 * Learns what a file is: one ffprobe per content, in bounded time, as MediaInfo or as a refusal with one
 * sentence for the owner. Refuses to know what will be made of it.
 */
import { stat } from 'node:fs/promises';
import { AppError, hasErrno } from '../../base/errors.js';
import type { Exec } from '../../base/exec.js';
import type { MediaInfo } from '../info.js';
import { describe, needsMeasuring } from './describe.js';
import { listDecodable, measureSeconds, runFfprobe } from './ffprobe.js';
import { explainFailure, refuse } from './refuse.js';

export interface Prober {
  /** Learns what ffmpeg here can decode, so that the first file need not wait for it. Never rejects. */
  warm(): Promise<void>;
  /**
   * Errors: 'unsupported-media' with a sentence for the owner and ffprobe's words in `detail`,
   * 'source-missing', 'aborted'.
   */
  probe(path: string, options?: { signal?: AbortSignal }): Promise<MediaInfo>;
}

const PROBE_TIMEOUT_MS = 30_000;
/** Reading every packet is bound by the disk; this is 20 GB of a slow one. */
const MEASURE_TIMEOUT_MS = 10 * 60_000;

export function createProber({ exec }: { exec: Exec }): Prober {
  let decodable: Promise<ReadonlySet<string>> | undefined;

  function knowDecodable(): Promise<ReadonlySet<string>> {
    decodable ??= listDecodable(exec);
    decodable.catch(() => (decodable = undefined)); // a start that failed is tried again
    return decodable;
  }

  return {
    warm: () =>
      knowDecodable().then(
        () => {},
        () => {},
      ),
    async probe(path, { signal } = {}) {
      const sizeBytes = await sizeOf(path);
      const [raw, known] = await Promise.all([
        within(PROBE_TIMEOUT_MS, signal, (both) => runFfprobe(exec, path, both)),
        knowDecodable(),
      ]);
      const measuredSeconds = needsMeasuring(raw)
        ? await within(MEASURE_TIMEOUT_MS, signal, (both) => measureSeconds(exec, path, both))
        : undefined;
      return describe({ raw, sizeBytes, decodable: known, measuredSeconds });
    },
  };
}

async function sizeOf(path: string): Promise<number> {
  try {
    const stats = await stat(path);
    if (!stats.isFile()) throw refuse('This is not a file.');
    if (stats.size === 0) throw refuse('The file is empty.');
    return stats.size;
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR'))
      throw new AppError('source-missing', 'The file is not there.', { cause: error });
    if (hasErrno(error, 'EACCES', 'EPERM'))
      throw refuse('The file cannot be read: permission is denied.', { cause: error });
    throw error;
  }
}

/** Runs with a deadline of its own, which is told apart from an abort by the asker. */
async function within<T>(
  timeoutMs: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    return await work(signal ? AbortSignal.any([signal, deadline]) : deadline);
  } catch (error) {
    if (signal?.aborted || !deadline.aborted) throw explainFailure(error);
    throw refuse(`The file could not be understood within ${timeoutMs / 1000} seconds.`, { cause: error });
  }
}
