/**
 * The strip: the file from left to right with a handle at each end of the clip, by pointer or keyboard, and as near as
 * one likes. Moves the ends of the range; where the player shall look is for others.
 */
import { createStripPicture } from './clip-picture.js';
import { preciseTime } from './clip-times.js';
import { createView } from './clip-view.js';

const SECOND_MS = 1000;
const LEAP_MS = 10_000;

/**
 * @param {HTMLElement} box
 * @param {{ range: ReturnType<import('./clip-range.js').createRange>, frames: ReturnType<import('./clip-frames.js').createFrames>, onHandle: (edge: 'start' | 'end') => void, onSeek: (ms: number) => void }} options
 */
export function createStrip(box, { range, frames, onHandle, onSeek }) {
  const track = box.querySelector('.strip-track');
  const handles = {
    start: box.querySelector('[data-edge=start]'),
    end: box.querySelector('[data-edge=end]'),
  };
  const { storyboard, waveform } = box.dataset;
  const paint = createStripPicture(box.querySelector('canvas'), { ...range, storyboard, waveform });
  const view = createView(box, { range, onChange: show });
  let headMs = 0;

  const msPerPx = () => (view.now.toMs - view.now.fromMs) / track.clientWidth;
  const place = (ms) => (ms - view.now.fromMs) / (view.now.toMs - view.now.fromMs);
  const at = (element, ms) => {
    const x = place(ms);
    element.classList.toggle('is-beyond', x < 0 || x > 1);
    element.style.left = `${Math.max(0, Math.min(1, x)) * 100}%`;
  };

  function show() {
    const { startMs, endMs } = range.now;
    for (const [edge, ms] of [
      ['start', startMs],
      ['end', endMs],
    ]) {
      const handle = handles[edge];
      at(handle, ms);
      handle.setAttribute('aria-valuenow', ms / 1000);
      handle.setAttribute('aria-valuetext', preciseTime(ms));
    }
    const shade = (name, left, right) => {
      const { style } = box.querySelector(name);
      style.left = `${Math.max(0, Math.min(1, left)) * 100}%`;
      style.right = `${(1 - Math.max(0, Math.min(1, right))) * 100}%`;
    };
    shade('.strip-before', 0, place(startMs));
    shade('.strip-after', place(endMs), 1);
    showHead();
    paint(view.now);
  }

  function showHead() {
    at(box.querySelector('.strip-head'), headMs);
  }

  function move(edge, ms) {
    range.move(edge, ms);
    onHandle(edge);
  }

  for (const [edge, handle] of Object.entries(handles)) {
    handle.setAttribute('aria-valuemax', range.durationMs / 1000);
    handle.addEventListener('keydown', (event) => {
      const ms = range.now[`${edge}Ms`];
      const target = byKey(event, ms);
      if (target === undefined) return;
      event.preventDefault();
      move(edge, target);
      view.follow(range.now[`${edge}Ms`]);
    });
    drag(handle, {
      // A handle that waits at the border, since its time is not shown, comes from there.
      from: () => Math.max(view.now.fromMs, Math.min(view.now.toMs, range.now[`${edge}Ms`])),
      to: (ms) => move(edge, frames.snap(ms)),
    });
  }

  function byKey({ key, shiftKey, ctrlKey, metaKey, altKey }, ms) {
    if (ctrlKey || metaKey || altKey) return undefined;
    const step = (count) => (shiftKey ? frames.snap(ms + count * SECOND_MS) : frames.step(ms, count));
    const keys = {
      ArrowLeft: () => step(-1),
      ArrowDown: () => step(-1),
      ArrowRight: () => step(1),
      ArrowUp: () => step(1),
      PageDown: () => frames.snap(ms - LEAP_MS),
      PageUp: () => frames.snap(ms + LEAP_MS),
      Home: () => 0,
      End: () => range.durationMs,
    };
    return keys[key]?.();
  }

  drag(track, {
    from: ({ clientX }) => view.now.fromMs + (clientX - track.getBoundingClientRect().left) * msPerPx(),
    to: onSeek,
    isAtOnce: true,
  });

  /** By as much as the pointer moves, so that nothing jumps when it is taken off its middle. */
  function drag(element, { from, to, isAtOnce = false }) {
    let grabbed;
    element.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      event.stopPropagation();
      element.setPointerCapture(event.pointerId);
      if (element.tabIndex >= 0) element.focus();
      grabbed = { ms: from(event), x: event.clientX };
      if (isAtOnce) to(inside(grabbed.ms));
    });
    element.addEventListener('pointermove', ({ clientX }) => {
      if (grabbed) to(inside(grabbed.ms + (clientX - grabbed.x) * msPerPx()));
    });
    for (const name of ['pointerup', 'pointercancel']) {
      element.addEventListener(name, () => (grabbed = undefined));
    }
  }

  const inside = (ms) => Math.max(0, Math.min(range.durationMs, ms));
  range.onChange(show);
  show();

  return {
    /** @param {number} ms where the player is */
    setHead(ms) {
      headMs = ms;
      showHead();
    },
    showClip: view.showClip,
    focus: (edge) => handles[edge].focus(),
  };
}
