/**
 * The player in a frame, driven by the page around it: the player.js protocol over postMessage
 * (github.com/embedly/player.js). Only the page around is listened to; what it is told is no secret of
 * anybody who sees the player.
 */

const CONTEXT = 'player.js';
const VERSION = '0.0.11';
/** Where nothing is loaded before play is pressed, nothing more is to be waited for. */
const LOADING_MS = 3000;
const EVENTS = ['ready', 'play', 'pause', 'ended', 'timeupdate', 'progress', 'seeked', 'error'];

/** @param {HTMLMediaElement} media */
export function answerFrame(media) {
  const listeners = new Map();
  const methods = methodsOf(media);
  const names = [...Object.keys(methods), 'addEventListener', 'removeEventListener'];
  let isReady = false;

  const send = (event, value, listener) =>
    window.parent.postMessage(
      JSON.stringify({ context: CONTEXT, version: VERSION, event, value, listener }),
      '*',
    );
  function tell(event, value) {
    for (const listener of listeners.get(event) ?? []) send(event, value, listener);
  }
  function tellReady() {
    isReady = true;
    const value = { src: location.href, events: EVENTS, methods: names };
    if (listeners.has('ready')) tell('ready', value);
    else send('ready', value);
  }

  window.addEventListener('message', ({ source, data }) => {
    const asked = source === window.parent ? read(data) : undefined;
    if (!asked) return;
    const { method, value, listener } = asked;
    if (method === 'addEventListener') {
      if (!EVENTS.includes(value)) return;
      listeners.set(value, [...(listeners.get(value) ?? []), listener]);
      if (value === 'ready' && isReady) tellReady();
    } else if (method === 'removeEventListener') {
      const left = (listeners.get(value) ?? []).filter((one) => listener !== undefined && one !== listener);
      if (left.length > 0) listeners.set(value, left);
      else listeners.delete(value);
    } else if (Object.hasOwn(methods, method)) {
      const answer = methods[method](value);
      if (method.startsWith('get')) send(method, answer, listener);
    }
  });
  tellEvents(media, tell);
  whenLoaded(media, tellReady);
}

function tellEvents(media, tell) {
  for (const name of ['play', 'pause', 'ended', 'seeked']) media.addEventListener(name, () => tell(name));
  media.addEventListener('timeupdate', () =>
    tell('timeupdate', { seconds: media.currentTime, duration: durationOf(media) }),
  );
  media.addEventListener('progress', () => tell('progress', { percent: loadedOf(media) }));
  media.addEventListener('error', () => {
    if (media.error) tell('error', { code: media.error.code, msg: 'This could not be played.' });
  });
}

/** Volume is 0 … 100 in this protocol. */
function methodsOf(media) {
  return {
    play: () => void media.play().catch(() => {}),
    pause: () => media.pause(),
    getPaused: () => media.paused,
    mute: () => (media.muted = true),
    unmute: () => (media.muted = false),
    getMuted: () => media.muted,
    setVolume: (value) => set(value, (volume) => (media.volume = Math.max(0, Math.min(100, volume)) / 100)),
    getVolume: () => Math.round(media.volume * 100),
    getDuration: () => durationOf(media),
    setCurrentTime: (value) => set(value, (seconds) => (media.currentTime = Math.max(0, seconds))),
    getCurrentTime: () => media.currentTime,
    setLoop: (value) => (media.loop = value === true || value === 'true'),
    getLoop: () => media.loop,
  };
}

function set(value, apply) {
  const number = typeof value === 'boolean' || value === null || value === '' ? NaN : Number(value);
  if (Number.isFinite(number)) apply(number);
}

const durationOf = (media) => (Number.isFinite(media.duration) ? media.duration : 0);

function loadedOf({ buffered, duration }) {
  return buffered.length > 0 && duration ? buffered.end(buffered.length - 1) / duration : 0;
}

function whenLoaded(media, then) {
  if (media.readyState > 0) return then();
  const once = () => {
    clearTimeout(timer);
    media.removeEventListener('loadedmetadata', once);
    then();
  };
  const timer = setTimeout(once, LOADING_MS);
  media.addEventListener('loadedmetadata', once);
}

/** The library sends text; an object is taken as well. */
function read(data) {
  try {
    const message = typeof data === 'string' ? JSON.parse(data) : data;
    return message?.context === CONTEXT && typeof message.method === 'string' ? message : undefined;
  } catch {
    return undefined;
  }
}
