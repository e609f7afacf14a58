/**
 * hls.js, set up for streams that are complete from the start but still being made behind: begins with the
 * first variant of the playlist, does not choose by itself what would have to be encoded first, and comes
 * back after a lost connection.
 */
import { firstLevel, keepLineSpeed } from './line-speed.js';
import { offerTracks, renditionIdOf } from './track-lists.js';

const BEFORE_PLAY = { maxBufferLength: 4, maxMaxBufferLength: 4 };
const WHILE_PLAYING = { maxBufferLength: 30, maxMaxBufferLength: 60 };
const SLOW_START_LOOK_MS = 250;
/** After so long, a first segment that needs so much longer gives way to the smallest quality. */
const SLOW_START_MS = 1000;
const SLOW_START_LEFT_MS = 4000;
const RECONNECTING = 'Reconnecting …';
const SIGNED_OUT = 'You are signed out.';
const LOCKED = 'This asks for its password again.';
const MEDIA_RECOVERIES = 2;
/** In a row, whatever the quality: hls.js itself would go on for ever. */
const BROKEN_FRAGMENTS = 3;
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 15_000;
const GIVE_UP_AFTER_MS = 5 * 60_000;
/** A segment that is rendered for this viewer may take a while to its first byte. */
const SLOW_FRAGMENTS = {
  default: {
    maxTimeToFirstByteMs: 60_000,
    maxLoadTimeMs: 120_000,
    timeoutRetry: { maxNumRetry: 2, retryDelayMs: 0, maxRetryDelayMs: 0 },
    errorRetry: { maxNumRetry: 5, retryDelayMs: 500, maxRetryDelayMs: 8000 },
  },
};

/**
 * @param {HTMLMediaElement} media
 * @param {{ ticket: ReturnType<import('./stream-ticket.js').createTicket>, startSeconds: number, readyIds: string[], mayPlay: boolean, note: { show(text: string, retry?: () => void, label?: string): void, hide(): void } }} options
 */
export async function openHlsStream(media, { ticket, startSeconds, readyIds, mayPlay, note }) {
  const { default: Hls } = await import('./hls.js');
  // Whoever pressed play before this was here may have been watching by the browser's own engine.
  const wantsToPlay = mayPlay || !media.paused;
  const startPosition = media.currentTime || startSeconds || -1;
  const readyRenditions = new Set(readyIds);
  const isSaving = navigator.connection?.saveData === true;

  const hls = new Hls({
    ...BEFORE_PLAY,
    backBufferLength: 60,
    startPosition,
    startFragPrefetch: true,
    autoStartLoad: !isSaving,
    // The stream is fMP4, which needs no remuxing: a worker would only delay the first picture.
    enableWorker: false,
    enableInterstitialPlayback: false,
    abrEwmaDefaultEstimateMax: 50_000_000,
    fragLoadPolicy: SLOW_FRAGMENTS,
    ...(ticket.isPrivate ? withTicket(Hls, ticket) : {}),
    abrController: choosingAmong(Hls, (level) => isAllowed(level)),
  });

  function isAllowed(level) {
    const level0 = hls.levels[0];
    return level === level0 || readyRenditions.has(renditionIdOf(level));
  }

  hls.on(Hls.Events.MANIFEST_PARSED, () => {
    hls.startLevel = isSaving ? 0 : firstLevel(hls.levels, hls.firstLevel, isAllowed);
  });
  media.addEventListener('play', () => Object.assign(hls.config, WHILE_PLAYING));
  if (isSaving) media.addEventListener('play', () => hls.startLoad(startPosition), { once: true });
  offerTracks(Hls, hls, media);
  keepLineSpeed(Hls, hls);
  leaveSlowStart(Hls, hls, startPosition);
  recover(Hls, hls, media, { ticket, note });
  hls.loadSource(ticket.source());
  media.querySelectorAll('source').forEach((source) => source.remove());
  hls.attachMedia(media);
  if (startPosition > 0) holdStart(media, startPosition);
  // Only now: earlier it would let the browser's own engine load the source that it had chosen.
  media.preload = 'auto';
  if (wantsToPlay) media.play().catch(() => {}); // refused without a gesture: the controls are there

  return {
    hls,
    /** @param {string[]} ids */
    allow: (ids) => ids.forEach((id) => readyRenditions.add(id)),
  };
}

/**
 * Every request goes to the address of its moment; one that is refused is made again, once, after the next
 * address was got. hls.js sees none of it, so that what is buffered and where it plays stay as they are.
 */
function withTicket(Hls, ticket) {
  const again = ({ default: policy }) => ({
    default: {
      ...policy,
      errorRetry: {
        ...policy.errorRetry,
        shouldRetry(_config, count, _isTimeout, response, isUsual) {
          if (response?.code !== 404 || count > 0) return isUsual;
          ticket.doubt();
          return true;
        },
      },
    },
  });
  const { manifestLoadPolicy, playlistLoadPolicy } = Hls.DefaultConfig;
  return {
    xhrSetup: async (xhr, url) => xhr.open('GET', await ticket.renew(url)),
    manifestLoadPolicy: again(manifestLoadPolicy),
    playlistLoadPolicy: again(playlistLoadPolicy),
    fragLoadPolicy: again(SLOW_FRAGMENTS),
  };
}

/** The bandwidth rule of hls.js, moved down to the nearest quality that may be chosen. */
function choosingAmong(Hls, isAllowed) {
  const snap = (levels, index) => {
    if (index < 0) return index;
    for (let i = Math.min(index, levels.length - 1); i > 0; i--) if (isAllowed(levels[i])) return i;
    return 0;
  };
  return class extends Hls.DefaultConfig.abrController {
    get nextAutoLevel() {
      return snap(this.hls?.levels ?? [], super.nextAutoLevel);
    }
    set nextAutoLevel(level) {
      super.nextAutoLevel = level;
    }
    findBestLevel(...given) {
      return snap(this.hls.levels, super.findBestLevel(...given));
    }
  };
}

/**
 * hls.js may seek before it has told the duration; the browser then goes no further than what is buffered.
 */
function holdStart(media, startSeconds) {
  const events = ['loadedmetadata', 'durationchange'];
  const seek = () => {
    if (media.readyState < media.HAVE_METADATA || !Number.isFinite(media.duration)) return;
    events.forEach((name) => media.removeEventListener(name, seek));
    if (media.currentTime < startSeconds) media.currentTime = startSeconds;
  };
  events.forEach((name) => media.addEventListener(name, seek));
}

/** hls.js leaves a quality that loads too slowly only while something plays; this looks until then. */
function leaveSlowStart(Hls, hls, startPosition) {
  let first;
  const timer = setInterval(() => {
    const { loaded, total, loading } = first?.stats ?? {};
    if (!loaded || !loading.first) return; // also while it is still being rendered: a smaller one would be too
    const bytesPerMs = loaded / (performance.now() - loading.first);
    const isEarly = performance.now() - loading.first < SLOW_START_MS;
    if (isEarly || (total - loaded) / bytesPerMs < SLOW_START_LEFT_MS) return;
    clearInterval(timer);
    hls.stopLoad();
    hls.bandwidthEstimate = bytesPerMs * 8000;
    hls.nextAutoLevel = 0;
    hls.startLoad(startPosition);
  }, SLOW_START_LOOK_MS);
  hls.on(Hls.Events.FRAG_LOADING, (_event, { frag }) => {
    if (frag.type === 'main' && frag.sn !== 'initSegment' && frag.level > 0) first ??= frag;
  });
  hls.on(Hls.Events.FRAG_LOADED, (_event, { frag }) => {
    if (frag.type === 'main' && frag.sn !== 'initSegment') clearInterval(timer);
  });
  hls.on(Hls.Events.DESTROYING, () => clearInterval(timer));
}

/** After a lost connection, a decoder that gave up, a segment that makes no sense. */
function recover(Hls, hls, media, { ticket, note }) {
  const { Events, ErrorDetails, ErrorTypes } = Hls;
  let timer;
  let trouble = noTrouble();

  const reconnect = () => {
    clearTimeout(timer);
    if (hls.levels.length > 0) hls.startLoad(media.currentTime || -1);
    else hls.loadSource(ticket.source());
  };
  /** From the beginning of all but the time; a new source pauses the element. */
  const reload = (isPlaying = !media.paused) => {
    const seconds = media.currentTime;
    hls.config.startPosition = seconds || -1;
    hls.loadSource(ticket.source());
    if (seconds > 0) holdStart(media, seconds);
    if (isPlaying) media.play().catch(() => {});
  };
  const giveUp = (text) => {
    clearTimeout(timer);
    trouble.isOver = true; // what is still under way changes nothing any more
    hls.stopLoad();
    note.show(text, () => {
      note.hide();
      trouble = noTrouble();
      reload(true);
    });
  };

  hls.on(Events.FRAG_BUFFERED, (_event, { frag }) => {
    if (trouble.isOver) return;
    if (!Object.values(frag.elementaryStreams).some(Boolean)) return; // it could not be read, yet is told of
    trouble.brokenFragments = 0;
    // Sound that still arrives does not mean that the picture does.
    if (trouble.sinceMs === 0 || (trouble.track && trouble.track !== frag.type)) return;
    trouble = noTrouble();
    note.hide();
  });
  hls.on(Events.ERROR, (_event, data) => {
    if (trouble.isOver) return;
    if (data.type === ErrorTypes.NETWORK_ERROR) onNetworkError(data);
    else if (data.fatal && data.type === ErrorTypes.MEDIA_ERROR && trouble.recoveries < MEDIA_RECOVERIES) {
      trouble.recoveries++;
      hls.recoverMediaError();
    } else if (data.fatal || (isBroken(data) && ++trouble.brokenFragments >= BROKEN_FRAGMENTS)) {
      giveUp('This could not be played.');
    }
  });
  const isBroken = ({ details }) =>
    details === ErrorDetails.FRAG_PARSING_ERROR || details === ErrorDetails.BUFFER_APPEND_ERROR;
  function onNetworkError({ fatal, frag, response }) {
    trouble.sinceMs ||= Date.now();
    trouble.track = frag?.type;
    if (media.readyState < media.HAVE_FUTURE_DATA) note.show(RECONNECTING);
    // hls.js may pass over what was refused for good, and wait for what never comes.
    const isRefused = response?.code >= 400 && response.code < 500;
    if (fatal || isRefused) askWhy();
  }
  /** The share may be gone, its original away, its content another by now. */
  async function askWhy() {
    if (trouble.isAsking) return;
    const asked = trouble;
    asked.isAsking = true;
    const now = await ticket.ask();
    asked.isAsking = false;
    if (asked !== trouble) return; // all is well again
    if (now.state === 'gone') return giveUp('This is no longer shared.');
    if (now.state === 'locked') return note.show(LOCKED, () => location.reload(), 'Give it');
    if (now.state === 'signed-out') return note.show(SIGNED_OUT, () => location.reload(), 'Sign in');
    if (Date.now() - trouble.sinceMs > GIVE_UP_AFTER_MS) return giveUp('The connection was lost.');
    if (now.state === 'missing') note.show('The original is away at the moment. Waiting for it …');
    if (now.stream && !ticket.isSameContent(now)) {
      ticket.take(now);
      return reload();
    }
    clearTimeout(timer);
    timer = setTimeout(reconnect, trouble.retryMs);
    trouble.retryMs = Math.min(trouble.retryMs * 2, LONGEST_RETRY_MS);
  }
  media.addEventListener('waiting', () => {
    if (trouble.sinceMs && !trouble.isOver) note.show(RECONNECTING);
  });
  window.addEventListener('online', () => {
    if (trouble.sinceMs) reconnect();
  });
}

function noTrouble() {
  return { sinceMs: 0, track: undefined, retryMs: FIRST_RETRY_MS, recoveries: 0, brokenFragments: 0 };
}
