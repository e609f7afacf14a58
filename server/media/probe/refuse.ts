/** Turns the ways in which a file cannot be probed into one clear sentence for its owner. Pure. */
import { AppError, isAppError } from '../../base/errors.js';

export const refuse = (sentence: string, options: { cause?: unknown; detail?: string } = {}): AppError =>
  new AppError('unsupported-media', sentence, options);

/** `error` as it came from running ffprobe. A fault of ours (ffprobe is not installed, no memory) stays one. */
export function explainFailure(error: unknown): unknown {
  if (!isAppError(error, 'render-failed') || /\(exit E[A-Z]+\)/.test(error.message)) return error;
  const detail = error.detail ?? '';
  return refuse(sentenceFor(detail), { cause: error, detail });
}

function sentenceFor(words: string): string {
  if (/Permission denied/.test(words)) return 'The file cannot be read: permission is denied.';
  const refusedFormat = /\[(\S+) @ \w+\] Format not on whitelist/.exec(words)?.[1];
  if (refusedFormat) return sentenceForFormat(refusedFormat);
  if (/moov atom not found/.test(words) && !/detected only with low score/.test(words)) {
    return 'The file is incomplete: the part that describes its content (moov) is missing, as after an interrupted copy or recording.';
  }
  return 'This is not a video or audio file that can be read.';
}

function sentenceForFormat(name: string): string {
  if (/_pipe$|^image2|^gif$|^apng$|^ico$/.test(name)) return 'This is a picture, not a video or audio file.';
  if (/^(hls|concat|dash|imf|sdp|webm_dash_manifest)$/.test(name)) {
    return 'This is a playlist that points at other files, not a video or audio file.';
  }
  if (/^(srt|ass|webvtt|microdvd|sami|subviewer1?|mpl2|pjs|vobsub|sup|lrc|stl|scc|ttml)$/.test(name)) {
    return 'This is a subtitle file, not a video or audio file.';
  }
  return `Files of this kind (${name}) are not supported.`;
}
