/**
 * How fast the line is, before the first segment says so: by how the player's own script came, else as it was
 * a page ago. So that the first picture is in the quality that stays. A doubtful line counts as a fast one: a start
 * that is too slow is left soon, while one that is too small would be seen.
 */

const STORED = 'lanternshare-line-bps';
/** Smaller ones, or those from the cache, say nothing. */
const TELLING_BYTES = 30_000;
/** A connection begins slowly, whatever it may carry: so many round trips of a script's transfer are no measure. */
const SLOW_START_TRIPS = 4;
const TELLING_MS = 100;
/** What was measured while playing is an average; a part of it is safe. */
const SAFE_SHARE = 0.7;
const KEEP_MS = 5000;

/**
 * The best quality that the line carries and that may be chosen, at most `first`; that one on an unknown line.
 * @param {{ bitrate: number }[]} levels from small to large
 * @param {number} first
 * @param {(level: object) => boolean} isAllowed
 */
export function firstLevel(levels, first, isAllowed) {
  const lineBps = measureLine() ?? recall();
  if (!lineBps) return first;
  for (let i = first; i > 0; i--) {
    if ((i === first || isAllowed(levels[i])) && levels[i].bitrate <= lineBps) return i;
  }
  return 0;
}

/** Remembers what hls.js has measured, now and then. */
export function keepLineSpeed(Hls, hls) {
  let keptAtMs = 0;
  hls.on(Hls.Events.FRAG_BUFFERED, () => {
    if (Date.now() - keptAtMs < KEEP_MS || !Number.isFinite(hls.bandwidthEstimate)) return;
    keptAtMs = Date.now();
    try {
      sessionStorage.setItem(STORED, String(Math.round(hls.bandwidthEstimate * SAFE_SHARE)));
    } catch {
      // A browser that keeps nothing.
    }
  });
}

function measureLine() {
  const script = performance.getEntriesByType('resource').find(({ name }) => name.endsWith('/hls.js'));
  if (!script || script.transferSize < TELLING_BYTES) return undefined;
  const tripMs = script.responseStart - script.requestStart;
  const tellingMs = script.responseEnd - script.responseStart - SLOW_START_TRIPS * tripMs;
  return tellingMs < TELLING_MS ? undefined : (script.transferSize * 8000) / tellingMs;
}

function recall() {
  try {
    return Number(sessionStorage.getItem(STORED)) || undefined;
  } catch {
    return undefined;
  }
}
