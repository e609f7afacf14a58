/**
 * Decides what a clip is made of: whole segments of the parent by reference, and as little as possible of its own
 * at both edges. Pure: it follows from plan, info and range, whatever has been rendered.
 */
import { AppError } from '../../base/errors.js';
import type { MediaInfo } from '../info.js';
import type { AudioRendition, Plan } from '../plan.js';
import { audioStartSeconds, layoutAudio } from './audio-layout.js';
import type { ClipLayout, ClipRange, ClipRendition } from './model.js';
import { findSplice, layoutVideo } from './video-layout.js';

/** Errors: AppError 'invalid' for a range that holds nothing to see or hear. */
export function layoutClip(plan: Plan, info: MediaInfo, range: ClipRange): ClipLayout {
  checkRange(plan, range);
  const splice = findSplice(plan, info, range);
  const audios = plan.renditions.filter((one): one is AudioRendition => one.kind === 'audio');
  // One origin for all, and nothing before it: the earliest of what sounds first.
  const originSeconds = audios.reduce(
    (earliest, audio) => Math.min(earliest, audioStartSeconds(audio, range) ?? earliest),
    range.startMs / 1000,
  );
  const renditions = plan.renditions.flatMap((rendition): ClipRendition[] => {
    if (rendition.kind === 'subtitles') return [{ kind: 'subtitles', id: rendition.id, rendition }];
    if (rendition.kind === 'audio')
      return [layoutAudio(rendition, range, originSeconds, splice)].filter((one) => one !== undefined);
    return splice ? [layoutVideo(rendition, plan.videoGrid!, info, splice, originSeconds)] : [];
  });
  const ends = renditions.map((one) =>
    one.kind === 'subtitles' ? 0 : one.pieces.at(-1)!.toTick / one.timescale,
  );
  const durationSeconds = Math.max(0, ...ends);
  if (durationSeconds === 0)
    throw new AppError('invalid', 'There is nothing to see or hear in that range of the file.');
  return { range, originSeconds, durationSeconds, renditions };
}

function checkRange({ durationSeconds }: Plan, { startMs, endMs }: ClipRange): void {
  const areWhole = Number.isSafeInteger(startMs) && Number.isSafeInteger(endMs);
  if (areWhole && startMs >= 0 && startMs < endMs && startMs < durationSeconds * 1000) return;
  throw new AppError(
    'invalid',
    `A clip begins before it ends, both within the file's ${durationSeconds.toFixed(3)} seconds.`,
  );
}
