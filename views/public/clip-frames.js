/**
 * Where pictures begin, in whole milliseconds: a picture belongs to a clip when it begins, rounded so, at or after the
 * clip's beginning and before its end. Of a sound there are steps of 10 ms instead. Pure.
 */

const SOUND_STEP_MS = 10;

/**
 * @param {{ durationMs: number, frameRate: number | undefined, isSteady: boolean, delayMs: number }} options not
 *   steady: the rate is only about right; the delay is that of the first picture
 */
export function createFrames({ durationMs, frameRate, isSteady, delayMs }) {
  const frameMs = frameRate ? 1000 / frameRate : SOUND_STEP_MS;
  const startOf = (n) => Math.round(delayMs + n * frameMs);
  const nearest = (ms) => Math.round((ms - delayMs) / frameMs);
  const inside = (ms) => Math.max(0, Math.min(durationMs, ms));

  return {
    frameMs,
    /** The nearest time at which a clip may sensibly begin or end. */
    snap(ms) {
      if (!isSteady || !frameRate) return inside(Math.round(ms));
      return durationMs - ms < frameMs / 2 ? durationMs : inside(startOf(nearest(ms)));
    },
    /** So many pictures on. */
    step(ms, count) {
      if (!isSteady || !frameRate) return inside(Math.round(ms + count * frameMs));
      // The end of the file need not be where a picture would begin.
      const at = (ms - delayMs) / frameMs;
      const isBetween = Math.abs(at - Math.round(at)) * frameMs > 1;
      return inside(
        startOf((isBetween ? (count > 0 ? Math.floor(at) : Math.ceil(at)) : nearest(ms)) + count),
      );
    },
    /** The picture that stands at that moment, from when to when. @param {number | undefined} beganSeconds where known */
    shownAt(seconds, beganSeconds) {
      if (!frameRate)
        return { startMs: inside(Math.round(seconds * 1000)), endMs: inside(Math.round(seconds * 1000)) };
      const began =
        beganSeconds === undefined
          ? delayMs + Math.max(0, Math.floor((seconds * 1000 - delayMs) / frameMs + 0.01)) * frameMs
          : beganSeconds * 1000;
      return { startMs: inside(Math.round(began)), endMs: inside(Math.round(began + frameMs)) };
    },
    /** Where to look in order to see what begins there, in the middle of it; `isEnd`: what is the last before it. */
    lookAt(ms, isEnd) {
      const middle = frameRate ? frameMs / 2 : 0;
      return inside(isEnd ? ms - middle : ms + middle) / 1000;
    },
  };
}
