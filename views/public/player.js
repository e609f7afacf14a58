/**
 * One media element plays one stream: by the browser itself where that is the better way (Safari, AirPlay),
 * by hls.js elsewhere. Says in one line what goes wrong, and keeps trying.
 */
import { openHlsStream } from './hls-stream.js';

const HLS_TYPE = 'application/vnd.apple.mpegurl';
const COMPLETION_LOOK_MS = 10_000;

/**
 * @param {HTMLMediaElement} media
 * @param {{ mayPlay?: boolean }} options
 */
export function startPlayer(media, { mayPlay = false } = {}) {
  const { stream, state, start, autoplay, ready } = media.dataset;
  const note = createNote();
  const plays = mayPlay || autoplay === 'true';
  const startSeconds = Number(start) || 0;
  if (media.hasAttribute('muted')) media.muted = true;

  const options = { stream, state, startSeconds, mayPlay: plays, readyIds: ready.split(' '), note };
  if (playsBetterByItself(media)) playNatively(media, options);
  else playByScript(media, options);
}

/** Chromium answers "maybe" to HLS too, but hls.js gives it quality and track menus and recovery. */
function playsBetterByItself(media) {
  if (!media.canPlayType(HLS_TYPE)) return false;
  const hasMediaSource = 'MediaSource' in window || 'ManagedMediaSource' in window;
  return !hasMediaSource || navigator.vendor.startsWith('Apple');
}

function playNatively(media, { stream, startSeconds, mayPlay, note }) {
  const seek = () => {
    if (startSeconds > 0 && media.currentTime < startSeconds) media.currentTime = startSeconds;
  };
  media.addEventListener('loadedmetadata', seek, { once: true });
  media.addEventListener('error', () => {
    note.show('This could not be played.', () => {
      note.hide();
      media.load();
      media.play().catch(() => {});
    });
  });
  media.addEventListener('playing', note.hide);
  media.preload = 'metadata';
  if (media.readyState > 0) seek();
  else if (media.paused) {
    media.src = stream;
    media.load();
  }
  if (mayPlay) media.play().catch(() => {});
}

async function playByScript(media, options) {
  try {
    const player = await openHlsStream(media, options);
    media.addEventListener('playing', () => showMenus(player), { once: true });
    watchCompletion(media, { state: options.state, player });
  } catch {
    options.note.show('The player could not be loaded.', () => location.reload());
  }
}

/** Renditions that were still being made may be chosen once they are there. */
function watchCompletion(media, { state, player }) {
  const timer = setInterval(async () => {
    if (!media.isConnected) return clearInterval(timer);
    if (media.paused) return;
    const now = await fetch(state, { cache: 'no-store' }).then(
      (response) => (response.ok ? response.json() : {}),
      () => ({}),
    );
    if (now.readyRenditionIds) player.allow(now.readyRenditionIds);
    if (now.isComplete) clearInterval(timer);
  }, COMPLETION_LOOK_MS);
}

async function showMenus(player) {
  const box = document.getElementById('menus');
  if (!box) return;
  const { fillMenus } = await import('./menus.js');
  fillMenus(box, player);
}

/** The line over the picture. */
function createNote() {
  const line = document.getElementById('player-note');
  return {
    /** @param {string} text @param {() => void} [retry] */
    show(text, retry) {
      line.textContent = text;
      if (retry) {
        const button = document.createElement('button');
        button.className = 'as-link';
        button.type = 'button';
        button.textContent = 'Try again';
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
