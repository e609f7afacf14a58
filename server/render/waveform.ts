/** Measures the waveform of a source, sample by sample as they are decoded. Keeps nothing. */
import type { Exec, ExecOptions } from '../base/exec.js';
import { createPeaks, waveformArgs, type WaveformLayout } from '../media/waveform.js';
import type { RenderSource } from './model.js';

/** Hours of lossless sound from a slow disk. */
const TIMEOUT_MS = 30 * 60_000;

/** JSON. Errors: 'aborted', 'render-failed', 'source-missing'. */
export async function measureWaveform(
  exec: Exec,
  source: RenderSource,
  layout: WaveformLayout,
  options: Pick<ExecOptions, 'nice' | 'ownSession'> & { signal: AbortSignal },
): Promise<Buffer> {
  const args = waveformArgs({ path: await source.locate(), info: source.info }, layout);
  const child = exec.start('ffmpeg', args, { ...options, timeoutMs: TIMEOUT_MS });
  const peaks = createPeaks(layout);
  for await (const chunk of child.outputs[0]!) peaks.push(chunk as Buffer);
  await child.done;
  return Buffer.from(JSON.stringify(peaks.finish()));
}
