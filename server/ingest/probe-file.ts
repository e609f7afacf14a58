/**
 * From one settled file to what is published of it: looked into, indexed, planned, within bounded time. Finds
 * out whether the content stayed the same meanwhile. Writes nothing.
 */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import type { Clock } from '../base/clock.js';
import { AppError, hasErrno } from '../base/errors.js';
import type { FileSignature } from '../library/model.js';
import type { MediaInfo } from '../media/info.js';
import type { Plan } from '../media/plan.js';
import type { SourceIndex } from '../media/source-index.js';
import { isSameContent } from './settle.js';
import { toSignature } from './signature.js';
import { UNREADABLE } from './unreadable.js';

export interface Made {
  signature: FileSignature;
  info: MediaInfo;
  plan: Plan;
  /** Open; to be closed by who uses it. */
  index: SourceIndex | undefined;
}

export interface ProbeParts {
  prober: { probe(path: string, options?: { signal?: AbortSignal }): Promise<MediaInfo> };
  openIndex: (path: string, info: Promise<MediaInfo>) => Promise<SourceIndex | undefined>;
  makePlan: (
    info: MediaInfo,
    index: SourceIndex | undefined,
    settings: { heights?: number[]; segmentSeconds?: number },
  ) => Plan;
  settings: { ladder: number[] | undefined; segmentSeconds: number };
  clock: Clock;
}

const TIMEOUT_MS = 60_000;

/**
 * Errors: 'unsupported-media' with a sentence for the owner, 'source-missing', 'source-changed' when it is not
 * the content of that signature, or was not any more at the end, 'aborted'.
 */
export async function probeFile(
  parts: ProbeParts,
  file: { fullPath: string; signature: FileSignature },
  signal: AbortSignal,
): Promise<Made> {
  const { prober, openIndex, makePlan, settings, clock } = parts;
  const { fullPath } = file;
  await checkContent(file);
  await checkReadable(fullPath);
  const made = await withinTime(clock, signal, async (both, stopped) => {
    // A probe that heeds nothing must not keep the file open.
    const probing = Promise.race([prober.probe(fullPath, { signal: both }), stopped]);
    const index = await openIndex(fullPath, probing);
    return orClose(index, async () => {
      const info = await probing;
      both.throwIfAborted();
      const { ladder, segmentSeconds } = settings;
      const plan = makePlan(info, index, { ...(ladder ? { heights: ladder } : {}), segmentSeconds });
      return { info, plan, index };
    });
  });
  return orClose(made.index, async () => ({ ...made, signature: await checkContent(file) }));
}

async function orClose<T>(index: SourceIndex | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await index?.close();
    throw error;
  }
}

async function checkContent({ fullPath, signature }: { fullPath: string; signature: FileSignature }) {
  const now = toSignature(
    await stat(fullPath).catch((cause: unknown) => {
      if (hasErrno(cause, 'ENOENT', 'ENOTDIR'))
        throw new AppError('source-missing', 'The file is not there.', { cause });
      throw cause;
    }),
  );
  if (!isSameContent(now, signature)) throw new AppError('source-changed', 'The file is being changed.');
  return now;
}

async function checkReadable(fullPath: string): Promise<void> {
  await access(fullPath, constants.R_OK).catch((cause: unknown) => {
    if (!hasErrno(cause, 'EACCES', 'EPERM')) throw cause;
    throw new AppError(
      'unsupported-media',
      'The file cannot be read: permission is denied. Give the user that runs this program read access to it.',
      { cause, detail: `${UNREADABLE}: ${fullPath}` },
    );
  });
}

/** What does not heed the signal is left behind, so that one bad file never keeps others waiting. */
async function withinTime<T>(
  clock: Clock,
  signal: AbortSignal,
  work: (signal: AbortSignal, stopped: Promise<never>) => Promise<T>,
): Promise<T> {
  const deadline = new AbortController();
  const cancel = clock.after(TIMEOUT_MS, () => deadline.abort());
  const both = AbortSignal.any([signal, deadline.signal]);
  const stopped = new Promise<never>((_resolve, reject) => {
    const stop = () => reject(new AppError('aborted', 'The file is not looked into any more.'));
    if (both.aborted) stop();
    else both.addEventListener('abort', stop, { once: true });
  });
  const result = work(both, stopped);
  result.catch(() => {}); // when it is left behind, nobody waits for it
  try {
    return await Promise.race([result, stopped]);
  } catch (error) {
    if (!deadline.signal.aborted || signal.aborted) throw error;
    const seconds = TIMEOUT_MS / 1000;
    throw new AppError('unsupported-media', `The file could not be understood within ${seconds} seconds.`, {
      cause: error,
    });
  } finally {
    cancel();
  }
}
