/** Which part of the file the strip shows: all of it, or nearer, so that single pictures lie wide apart also in a long film. */
import { preciseTime } from './clip-times.js';

const LEAST_MS = 1000;
const FACTOR = 4;
/** Room beside a clip that fills the strip. */
const BESIDE = 0.15;

/**
 * @param {HTMLElement} box with buttons marked data-zoom, the scroll bar and the words
 * @param {{ range: ReturnType<import('./clip-range.js').createRange>, onChange: () => void }} options
 */
export function createView(box, { range, onChange }) {
  const { durationMs } = range;
  const now = { fromMs: 0, toMs: durationMs };
  const scroll = box.querySelector('.strip-scroll');
  const words = box.querySelector('.strip-words');

  function set(middleMs, lengthMs) {
    const length = Math.min(durationMs, Math.max(LEAST_MS, lengthMs));
    now.fromMs = Math.max(0, Math.min(durationMs - length, middleMs - length / 2));
    now.toMs = now.fromMs + length;
    show();
    onChange();
  }

  function show() {
    const length = now.toMs - now.fromMs;
    const isWhole = length >= durationMs;
    const shown = `${preciseTime(Math.round(now.fromMs))} – ${preciseTime(Math.round(now.toMs))}`;
    scroll.hidden = isWhole;
    scroll.max = durationMs - length;
    scroll.step = Math.max(1, Math.round(length / 10));
    scroll.value = now.fromMs;
    scroll.setAttribute('aria-valuetext', shown);
    words.textContent = isWhole ? `The whole file, ${preciseTime(durationMs)}` : shown;
    box.querySelector('[data-zoom=in]').disabled = length <= LEAST_MS;
    for (const name of ['out', 'all']) box.querySelector(`[data-zoom=${name}]`).disabled = isWhole;
  }

  const length = () => now.toMs - now.fromMs;
  const clipMiddle = () => (range.now.startMs + range.now.endMs) / 2;
  /** What one works at: the end of the clip that was moved last. */
  let workedAtMs;
  const centre = () => {
    const isShown = workedAtMs !== undefined && workedAtMs >= now.fromMs && workedAtMs <= now.toMs;
    return isShown ? workedAtMs : (now.fromMs + now.toMs) / 2;
  };
  const showClip = () => set(clipMiddle(), (range.now.endMs - range.now.startMs) * (1 + 2 * BESIDE));
  const zooms = {
    in: () => set(centre(), length() / FACTOR),
    out: () => set(centre(), length() * FACTOR),
    clip: showClip,
    all: () => set(0, durationMs),
  };
  let before = { ...range.now };
  range.onChange(({ startMs, endMs }) => {
    if (startMs !== before.startMs) workedAtMs = startMs;
    if (endMs !== before.endMs) workedAtMs = endMs;
    before = { startMs, endMs };
  });
  box.addEventListener('click', ({ target }) => zooms[target.closest('[data-zoom]')?.dataset.zoom]?.());
  // `input` tells the left border; the step may round it.
  scroll.addEventListener('input', () => set(Number(scroll.value) + length() / 2, length()));
  box.addEventListener(
    'wheel',
    (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      zooms[event.deltaY < 0 ? 'in' : 'out']();
    },
    { passive: false },
  );
  show();

  return {
    now,
    showClip,
    /** So that what was moved there stays in sight. */
    follow(ms) {
      if (ms < now.fromMs || ms > now.toMs) set(ms, length());
    },
  };
}
