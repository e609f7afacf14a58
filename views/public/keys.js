/**
 * The player by keyboard. Keys count while nothing else wants them: not in a field, not on a control that has
 * its own use for them. They can be turned off on the page (`#keys-on`), which the browser remembers.
 */

const STEP_SECONDS = 5;
const LEAP_SECONDS = 10;
const VOLUME_STEP = 0.05;
const STORED = 'lanternshare-keys';
const FIELDS =
  'input:not([type=range], [type=checkbox]), textarea, select, [contenteditable], [role=menu], [role=dialog]';
const RANGES = 'input[type=range], media-time-range, media-volume-range';
const PRESSED = 'button, a, summary, input, [role=button], [role^=menuitem]';

/**
 * @param {HTMLMediaElement} media `data-frame-rate` is pictures in a second
 * @param {HTMLElement} box its media-controller
 */
export function listenToKeys(media, box) {
  const actions = actionsOf(media, box);
  const isOn = offerSwitch();
  document.addEventListener('keydown', onKey);

  function onKey(event) {
    if (!media.isConnected) return document.removeEventListener('keydown', onKey);
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !isOn()) return;
    const act = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act || isWantedElsewhere(event)) return;
    event.preventDefault();
    act();
    // The controls show themselves for a moment, wherever the focus is.
    if (!box.contains(event.target)) box.dispatchEvent(new KeyboardEvent('keyup', { key: event.key }));
  }
}

function actionsOf(media, box) {
  const frameRate = Number(media.dataset.frameRate);
  const seek = (seconds) => {
    const last = Number.isFinite(media.duration) ? media.duration : 0;
    media.currentTime = Math.max(0, Math.min(seconds, last));
  };
  const press = (name) => box.querySelector(name)?.click();
  const toggle = () => (media.paused ? media.play().catch(() => {}) : media.pause());
  /** To the middle of a picture, so that no rounding shows its neighbour. */
  const step = (count) => {
    if (!frameRate) return;
    media.pause();
    seek((Math.floor(media.currentTime * frameRate + 0.01) + count + 0.5) / frameRate);
  };
  const turn = (by) => {
    media.volume = Math.max(0, Math.min(1, media.volume + by));
    if (by > 0) media.muted = false;
  };
  const tenths = Array.from('0123456789', (digit) => [digit, () => seek((media.duration * digit) / 10)]);
  return {
    ' ': toggle,
    k: toggle,
    j: () => seek(media.currentTime - LEAP_SECONDS),
    l: () => seek(media.currentTime + LEAP_SECONDS),
    ArrowLeft: () => seek(media.currentTime - STEP_SECONDS),
    ArrowRight: () => seek(media.currentTime + STEP_SECONDS),
    ArrowUp: () => turn(VOLUME_STEP),
    ArrowDown: () => turn(-VOLUME_STEP),
    m: () => press('media-mute-button'),
    // The button hears of the change a moment later; a second press may come before.
    f: () => (document.fullscreenElement ? document.exitFullscreen() : press('media-fullscreen-button')),
    c: () => press('media-captions-button'),
    ',': () => step(-1),
    '.': () => step(1),
    ...Object.fromEntries(tenths),
  };
}

/** The event comes through shadow roots: what was really hit is first on its way. */
export function isWantedElsewhere(event) {
  const path = event.composedPath().filter((node) => node instanceof Element);
  const has = (selector) => path.some((element) => element.matches(selector));
  if (has(FIELDS)) return true;
  if (event.key.startsWith('Arrow')) return has(RANGES) || has('details, [role=tablist]');
  return event.key === ' ' && has(PRESSED);
}

function offerSwitch() {
  const box = document.getElementById('keys');
  const field = document.getElementById('keys-on');
  if (!box) return () => true;
  box.hidden = false;
  field.checked = read() !== 'off';
  field.addEventListener('change', () => write(field.checked ? 'on' : 'off'));
  return () => field.checked;
}

function read() {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return undefined; // a browser that keeps nothing
  }
}

function write(value) {
  try {
    localStorage.setItem(STORED, value);
  } catch {
    // It counts for as long as the page is open.
  }
}
