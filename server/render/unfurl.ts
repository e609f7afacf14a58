/** Makes the beginning of a video as one small file for chats. Keeps nothing. */
import { readFile } from 'node:fs/promises';
import type { Exec, ExecOptions } from '../base/exec.js';
import type { Stretch } from '../media/stretch.js';
import { unfurlArgs } from '../media/unfurl.js';
import type { SegmentStore } from '../../storage/segments/index.js';
import type { RenderSource } from './model.js';

const TIMEOUT_MS = 5 * 60_000;

/** MP4. Errors: 'aborted', 'render-failed', 'source-missing'. */
export async function makeUnfurl(
  { exec, store }: { exec: Exec; store: Pick<SegmentStore, 'withTemporaryFile'> },
  source: RenderSource,
  stretch: Stretch,
  options: Pick<ExecOptions, 'nice' | 'ownSession'> & { signal: AbortSignal },
): Promise<Buffer> {
  const input = { path: await source.locate(), info: source.info };
  // What lies in front can only be written when all is known, which a pipe does not allow.
  return store.withTemporaryFile(async (path) => {
    await exec.run('ffmpeg', unfurlArgs(input, stretch, path), { ...options, timeoutMs: TIMEOUT_MS });
    return readFile(path);
  });
}
