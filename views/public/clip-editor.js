/**
 * The clip editor comes to life: beginning and end by key, button, handle or typing, always the same two numbers. What
 * the fields show is what will be kept, to the millisecond.
 */
import { createFrames } from './clip-frames.js';
import { offerPreview } from './clip-preview.js';
import { createRange } from './clip-range.js';
import { offerSharing } from './clip-share.js';
import { createStrip } from './clip-strip.js';
import { preciseTime, readRange, readTimeMs } from './clip-times.js';
import { isWantedElsewhere } from './keys.js';

/**
 * @param {{ media: HTMLMediaElement, refresh: () => Promise<void> }} options `refresh` looks for the new clip
 */
export function startClipEditor({ media, refresh }) {
  const form = document.getElementById('clip-form');
  if (!form) return;
  const given = readGiven(form.dataset);
  const frames = createFrames(given);
  const fields = { start: form.elements.start, end: form.elements.end };
  const typed = () => ({ start: fields.start.value, end: fields.end.value });
  const whole = { startMs: 0, endMs: given.durationMs };
  const first = readRange(typed(), given);
  const range = createRange({ ...whole, ...given, ...(first.problem ? {} : first) });
  const look = createLook(media);
  const shownBegan = followPictures(media);

  const strip = createStrip(document.getElementById('clip-strip'), {
    range,
    frames,
    onHandle: (edge) => {
      media.pause();
      look(frames.lookAt(range.now[`${edge}Ms`], edge === 'end'));
    },
    onSeek: (ms) => look(ms / 1000),
  });
  followHead(media, strip);
  offerPreview(media, document.getElementById('clip-preview'), range);
  const sharing = offerSharing(form, { check: () => take(), fail: showProblem, refresh });

  range.onChange(({ startMs, endMs }) => {
    // What is typed stays as it was typed as long as it means the same.
    if (readTimeMs(fields.start.value) !== startMs) fields.start.value = preciseTime(startMs);
    if (readTimeMs(fields.end.value) !== endMs) fields.end.value = preciseTime(endMs);
    showLength(range.now, given);
    showProblem('');
    sharing.forget();
  });
  showLength(range.now, given);

  /** What is typed becomes the clip, if it can be one. @param {'start' | 'end'} [edge] that was typed just now */
  function take(edge) {
    const { problem, ...read } = readRange(typed(), given);
    const isNew = !problem && (read.startMs !== range.now.startMs || read.endMs !== range.now.endMs);
    if (isNew) range.set(read);
    else showProblem(problem?.text ?? '', problem?.field);
    const ms = edge && readTimeMs(fields[edge].value);
    if (ms !== undefined) fields[edge].value = preciseTime(ms);
    if (edge && isNew) look(frames.lookAt(ms, edge === 'end'));
    return !problem;
  }

  for (const [edge, field] of Object.entries(fields)) {
    field.addEventListener('change', () => take(edge));
    // It takes the time; only the button shares.
    field.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter') return;
      event.preventDefault();
      take(edge);
    });
  }

  function showProblem(text, field) {
    const line = document.getElementById('clip-problem');
    line.textContent = text;
    line.hidden = text === '';
    for (const [edge, input] of Object.entries(fields)) {
      if (edge === field) input.setAttribute('aria-invalid', 'true');
      else input.removeAttribute('aria-invalid');
    }
  }

  const acts = {
    start: () => put('start'),
    end: () => put('end'),
    back: () => step(-1),
    on: () => step(1),
  };
  form.addEventListener('click', ({ target }) => acts[target.closest('[data-act]')?.dataset.act]?.());
  const keys = { i: acts.start, o: acts.end, ...(given.frameRate ? {} : { ',': acts.back, '.': acts.on }) };
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = keys[event.key.toLowerCase()];
    if (!act || document.getElementById('keys-on')?.checked === false || isWantedElsewhere(event)) return;
    event.preventDefault();
    act();
  });

  /** At the picture that stands there: it is the clip's first, or its last. */
  function put(edge) {
    const other = edge === 'start' ? 'end' : 'start';
    const otherMs = readTimeMs(fields[other].value);
    if (otherMs !== undefined && otherMs <= given.durationMs) range.now[`${other}Ms`] = otherMs;
    range.put(edge, frames.shownAt(media.currentTime, shownBegan())[`${edge}Ms`]);
  }

  function step(count) {
    media.pause();
    const { startMs } = frames.shownAt(media.currentTime, shownBegan());
    look(frames.lookAt(frames.step(startMs, count), false));
  }

  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[data-edit]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const [startMs, endMs] = link.dataset.edit.split(' ').map(Number);
    range.set({ startMs, endMs });
    form.elements.title.value = link.dataset.title;
    strip.showClip();
    strip.focus('start');
    form.scrollIntoView({ block: 'nearest' });
    look(frames.lookAt(startMs, false));
  });
}

function readGiven({ durationMs, leastMs, frameRate, isSteady, delayMs }) {
  return {
    durationMs: Number(durationMs),
    leastMs: Number(leastMs),
    isAudio: !frameRate,
    frameRate: frameRate ? Number(frameRate) : undefined,
    isSteady: isSteady === 'true',
    delayMs: Number(delayMs),
  };
}

function showLength({ startMs, endMs }, { frameRate, isSteady }) {
  const pictures = Math.round(((endMs - startMs) * frameRate) / 1000);
  const words = pictures === 1 ? '1 picture' : `${pictures.toLocaleString('en')} pictures`;
  const length = preciseTime(endMs - startMs);
  document.getElementById('clip-length').textContent = isSteady && frameRate ? `${length}, ${words}` : length;
}

/** A seek at a time; of those that are wished meanwhile only the last is done, unless somebody else seeks. */
function createLook(media) {
  let mine;
  let next;
  const seek = (seconds) => {
    [mine, next] = [seconds, undefined];
    media.currentTime = seconds;
  };
  media.addEventListener('seeking', () => {
    if (Math.abs(media.currentTime - mine) > 0.001) next = undefined;
  });
  media.addEventListener('seeked', () => next !== undefined && seek(next));
  return (seconds) => {
    if (media.seeking) next = seconds;
    else seek(seconds);
  };
}

/** When the picture that stands there began, where the browser tells. */
function followPictures(media) {
  let began;
  const note = (_now, { mediaTime }) => {
    began = mediaTime;
    media.requestVideoFrameCallback(note);
  };
  if (media.requestVideoFrameCallback) media.requestVideoFrameCallback(note);
  return () => {
    const isOfNow = began !== undefined && !media.seeking && Math.abs(media.currentTime - began) < 0.5;
    return isOfNow ? began : undefined;
  };
}

function followHead(media, strip) {
  let frame;
  const show = () => strip.setHead(media.currentTime * 1000);
  const run = () => {
    show();
    frame = media.paused ? undefined : requestAnimationFrame(run);
  };
  for (const name of ['timeupdate', 'seeking', 'seeked']) media.addEventListener(name, show);
  media.addEventListener('play', () => (frame ??= requestAnimationFrame(run)));
  show();
}
