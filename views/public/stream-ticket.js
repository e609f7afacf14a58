/**
 * The right to a stream for as long as its page is open. A private stream's address lives for hours: this gets
 * the next one from the share's state before it ends, or when it was refused (after a sleep, a long pause), and
 * puts its token into the addresses that are about to be asked for. A public one's is left as it is.
 */

/** From then on the next one is got beside the requests, and in the end before them. */
const EARLY_MS = 10 * 60_000;
const LATE_MS = 20_000;
/** After a sleep a connection may be dead without anybody knowing; a request behind this one must not wait for that. */
const ASK_MS = 10_000;

/**
 * @typedef {{ state?: string, stream?: string, generation?: string, livesMs?: number, readyRenditionIds?: string[], isComplete?: boolean }} ShareState
 * `state` is undefined where nobody answered.
 */

/** @param {{ stream: string, state: string, generation: string, lives?: string }} dataset of the media element */
export function createTicket({ stream, state, generation, lives }) {
  const isPrivate = lives !== undefined;
  let folder = folderOf(stream);
  let endsAtMs;
  let asking;
  live(Number(lives));

  function live(forMs) {
    // The clock of the wall: that of the page stands still while a laptop sleeps.
    endsAtMs = isPrivate ? Date.now() + forMs : Infinity;
  }

  /** @returns {Promise<ShareState>} */
  async function askNow() {
    const now = await readState(state, isPrivate);
    // Another content is another stream: its addresses are of no use to who plays this one.
    if (now.stream && now.generation === generation) {
      folder = folderOf(now.stream);
      live(now.livesMs);
    }
    return now;
  }

  function ask() {
    asking ??= askNow().finally(() => (asking = undefined));
    return asking;
  }

  /** `/hls/<token>`: everything before the token, and the token. */
  const parts = () => [
    folder.slice(0, folder.lastIndexOf('/') + 1),
    folder.slice(folder.lastIndexOf('/') + 1),
  ];

  function withToken(url) {
    const { pathname } = new URL(url, location.href);
    const [mount, token] = parts();
    return pathname.startsWith(mount)
      ? mount + pathname.slice(mount.length).replace(/^[^/]+/, () => token)
      : url;
  }

  return {
    isPrivate,
    /** What the share is now; what is got with it is used from now on. One question at a time. */
    ask,
    /** Milliseconds that the address of now is still good for. */
    leftMs: () => endsAtMs - Date.now(),
    /** Whether `now` is of the content that is being played. */
    isSameContent: (now) => now.generation === generation,
    /** Another content begins: its address is taken as it is. */
    take(now) {
      generation = now.generation;
      folder = folderOf(now.stream);
      live(now.livesMs);
    },
    /** Somebody was refused: the next address is not given before the share's state has been asked for. */
    doubt: () => (endsAtMs = Math.min(endsAtMs, Date.now())),
    /** @param {string} url of this stream, with any of its tokens */
    async renew(url) {
      const leftMs = endsAtMs - Date.now();
      if (leftMs < LATE_MS) await ask();
      else if (leftMs < EARLY_MS) void ask();
      return isPrivate ? withToken(url) : url;
    },
    /** The address of the whole stream now. */
    source: () => `${folder}/master.m3u8`,
  };
}

const folderOf = (stream) => stream.slice(0, stream.lastIndexOf('/'));

/** @returns {Promise<ShareState>} */
async function readState(path, isPrivate) {
  try {
    const response = await fetch(path, { cache: 'no-store', signal: AbortSignal.timeout(ASK_MS) });
    if (response.ok) return await response.json();
    // To those who are not signed in, what is no longer public is the same as what never was.
    if (response.status === 401) return { state: isPrivate ? 'signed-out' : 'gone' };
    // It asks for its password, again after half a day or since that was changed.
    if (response.status === 403) return { state: 'locked' };
    return response.status === 404 ? { state: 'gone' } : {};
  } catch {
    return {};
  }
}
