/** Which part of a content a share opens, and whether that content has it. Pure. */
import { AppError, isAppError } from '../base/errors.js';
import { layoutClip } from '../media/clip/index.js';
import type { MediaInfo } from '../media/info.js';
import type { Plan } from '../media/plan.js';
import type { Asked, Share, Window } from './model.js';

interface Content {
  info: MediaInfo;
  plan: Plan;
}

/** Contents that are almost the same differ a little in length; so do the durations that people are told. */
const TOLERANCE_MS = 500;

/** undefined: the whole content; 'outside': the content no longer has what was shared of it. */
export function windowOf(
  { segment }: Pick<Share, 'segment'>,
  durationSeconds: number,
): Window | 'outside' | undefined {
  if (!segment) return undefined;
  const asked = { startMs: toMs(segment.startSeconds), endMs: toMs(segment.endSeconds) };
  return fitWindow(asked, millis(durationSeconds)) ?? 'outside';
}

/** The same, and looked at more closely: also 'outside' where there is nothing to be seen or heard in that time. */
export function partOf(
  share: Pick<Share, 'segment'>,
  { info, plan }: Content,
): Window | 'outside' | undefined {
  const window = windowOf(share, info.durationSeconds);
  if (!window || window === 'outside') return window;
  try {
    layoutClip(plan, info, window);
    return window;
  } catch (error) {
    if (isAppError(error, 'invalid')) return 'outside';
    throw error;
  }
}

/**
 * The part `asked` of what is shared, in the time of the content. `shared` is undefined for all of it. Errors:
 * 'invalid', with the duration, or when nothing is to be seen or heard in so short a time.
 */
export function narrow(shared: Window | undefined, { info, plan }: Content, asked: Asked): Window {
  const inMs = { startMs: toMs(asked.startSeconds), endMs: toMs(asked.endSeconds) };
  if (inMs.endMs <= inMs.startMs) {
    throw new AppError('invalid', 'clip_end must be after clip_start, by a millisecond at least.');
  }
  const lastsSeconds = shared ? (shared.endMs - shared.startMs) / 1000 : info.durationSeconds;
  const fitting = fitWindow(inMs, lastsSeconds * 1000);
  if (!fitting) {
    const shown = Number(lastsSeconds.toFixed(3));
    throw new AppError(
      'invalid',
      `clip_start and clip_end must lie within the ${shown} seconds that are shared.`,
    );
  }
  const from = shared?.startMs ?? 0;
  const window = { startMs: from + fitting.startMs, endMs: from + fitting.endMs };
  layoutClip(plan, info, window);
  return window;
}

/** Whether a share opens that part, or all of the content: never more than is shared of it now. */
export function opensPart(
  share: Pick<Share, 'segment'>,
  durationSeconds: number,
  part: Window | undefined,
): boolean {
  const shared = windowOf(share, durationSeconds);
  if (shared === 'outside') return false;
  if (!part) return shared === undefined;
  return isWithin(part, shared ?? wholeOf(durationSeconds));
}

/**
 * Within what lasts so long; undefined for what does not fit. An end less than half a second too late is the end, and
 * so is one that lacks only its fraction of a millisecond.
 */
export function fitWindow({ startMs, endMs }: Window, lastsMs: number): Window | undefined {
  const end = endMs >= Math.floor(lastsMs) ? Math.ceil(lastsMs) : endMs;
  const fits = startMs >= 0 && startMs < Math.min(end, lastsMs) && endMs <= lastsMs + TOLERANCE_MS;
  return fits ? { startMs, endMs: end } : undefined;
}

export function isWithin(inner: Window, outer: Window): boolean {
  return inner.startMs >= outer.startMs && inner.startMs < inner.endMs && inner.endMs <= outer.endMs;
}

/** Up to the millisecond in which the last picture or sample ends. */
export function wholeOf(durationSeconds: number): Window {
  return { startMs: 0, endMs: Math.ceil(millis(durationSeconds)) };
}

/** Cut, not rounded, on both sides: what begins a fraction of a millisecond later is of the clip that begins there. */
const toMs = (seconds: number): number => Math.floor(millis(seconds));

/** In milliseconds; what a double has beyond the millisecond is no time. */
const millis = (seconds: number): number => Number((seconds * 1000).toFixed(3));
