/**
 * One media element plays one stream: by the browser itself where that is the better way (Safari, AirPlay),
 * by hls.js elsewhere. Says in one line what goes wrong, and keeps trying.
 */
import { createTicket } from './stream-ticket.js';

const HLS_TYPE = 'application/vnd.apple.mpegurl';
const COMPLETION_LOOK_MS = 10_000;

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

  const options = { ticket, startSeconds, mayPlay: plays, readyIds: ready.split(' '), note };
  void (playsBetterByItself(media) ? playNatively(media, options) : playByScript(media, options)).catch(() =>
    note.show('The player could not be loaded.', () => location.reload()),
  );
}

/** Chromium answers "maybe" to HLS too, but hls.js gives it quality and track menus and recovery. */
function playsBetterByItself(media) {
  if (!media.canPlayType(HLS_TYPE)) return false;
  const hasMediaSource = 'MediaSource' in window || 'ManagedMediaSource' in window;
  return !hasMediaSource || navigator.vendor.startsWith('Apple');
}

async function playNatively(media, options) {
  const { openNativeStream } = await import('./native-stream.js');
  openNativeStream(media, options);
}

async function playByScript(media, options) {
  const { openHlsStream } = await import('./hls-stream.js');
  const player = await openHlsStream(media, options);
  media.addEventListener('playing', () => showMenus(player), { once: true });
  watchCompletion(media, { ticket: options.ticket, player });
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
