/**
 * One media element plays one stream: by the browser itself where that is the better way (Safari, AirPlay),
 * by hls.js elsewhere. Says in one line what goes wrong, and keeps trying. The controls come after the first
 * picture, which they must not delay.
 */
import { openHlsStream } from './hls-stream.js';
import { openNativeStream } from './native-stream.js';
import { createTicket } from './stream-ticket.js';
import { keepVolume } from './volume.js';

const HLS_TYPE = 'application/vnd.apple.mpegurl';
const COMPLETION_LOOK_MS = 10_000;
/** So long the controls wait for a first picture, which may never come before play is pressed. */
const FIRST_PICTURE_MS = 2000;

/**
 * @param {HTMLMediaElement} media
 * @param {{ mayPlay?: boolean }} options
 */
export function startPlayer(media, { mayPlay = false } = {}) {
  const { start, autoplay, ready } = media.dataset;
  const ticket = createTicket(media.dataset);
  const note = createNote();
  const plays = mayPlay || autoplay === 'true';
  const startSeconds = Number(start) || 0;
  if (media.hasAttribute('muted')) media.muted = true;
  keepVolume(media);

  const options = { ticket, startSeconds, mayPlay: plays, readyIds: ready.split(' '), note };
  void open(media, options).catch(() =>
    note.show('The player could not be loaded.', () => location.reload()),
  );
  void raiseControls(media, { isPlaying: plays });
}

async function open(media, options) {
  if (playsBetterByItself(media)) return openNativeStream(media, options);
  watchCompletion(media, { ticket: options.ticket, player: await openHlsStream(media, options) });
}

/** Chromium answers "maybe" to HLS too, but hls.js gives it quality and track menus and recovery. */
function playsBetterByItself(media) {
  if (!media.canPlayType(HLS_TYPE)) return false;
  const hasMediaSource = 'MediaSource' in window || 'ManagedMediaSource' in window;
  return !hasMediaSource || navigator.vendor.startsWith('Apple');
}

/** Where they cannot be had, the browser's own stay. */
async function raiseControls(media, { isPlaying }) {
  await firstPicture(media, { isPlaying });
  try {
    const controls = await import('./controls.js');
    controls.raiseControls(media);
  } catch {
    document.documentElement.classList.add('has-native-controls');
  }
}

/** Shown, not only loaded: what the controls cost then delays nothing. A hand that reaches for them has them at once. */
function firstPicture(media, { isPlaying }) {
  return new Promise((resolve) => {
    const isSaving = navigator.connection?.saveData === true; // nothing comes before play is pressed
    if (isSaving || media.readyState >= media.HAVE_CURRENT_DATA) return resolve();
    const shown = () => requestAnimationFrame(() => resolve());
    // Before play the poster is what is shown.
    if (isPlaying && media.requestVideoFrameCallback) media.requestVideoFrameCallback(shown);
    else media.addEventListener('loadeddata', shown, { once: true });
    for (const name of ['pointerdown', 'pointermove', 'keydown']) {
      document.addEventListener(name, () => resolve(), { once: true });
    }
    setTimeout(resolve, FIRST_PICTURE_MS);
  });
}

/** Renditions that were still being made may be chosen once they are there. */
function watchCompletion(media, { ticket, player }) {
  const timer = setInterval(async () => {
    if (!media.isConnected) return clearInterval(timer);
    if (media.paused) return;
    const now = await ticket.ask();
    if (now.readyRenditionIds) player.allow(now.readyRenditionIds);
    if (now.isComplete) clearInterval(timer);
  }, COMPLETION_LOOK_MS);
}

/** The line over the picture. */
function createNote() {
  const line = document.getElementById('player-note');
  return {
    /** @param {string} text @param {() => void} [retry] @param {string} [label] */
    show(text, retry, label = 'Try again') {
      line.textContent = text;
      if (retry) {
        const button = document.createElement('button');
        button.className = 'as-link';
        button.type = 'button';
        button.textContent = label;
        button.addEventListener('click', retry);
        line.append(' ', button);
      }
      line.hidden = false;
    },
    hide() {
      line.hidden = true;
    },
  };
}
