/**
 * How fast the line is, before the first segment says so: by how the player's own script came, else as it was
 * last time. So that the first picture is in the quality that stays.
 */

const STORED = 'lanternshare-line-bps';
/** Smaller ones, or those from the cache, say nothing. */
const TELLING_BYTES = 30_000;
/** A line carries less than it seems to, and other things too. */
const SHARE_OF_LINE = 0.7;
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
    if ((i === first || isAllowed(levels[i])) && levels[i].bitrate <= lineBps * SHARE_OF_LINE) return i;
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
      sessionStorage.setItem(STORED, String(Math.round(hls.bandwidthEstimate)));
    } catch {
      // A browser that keeps nothing.
    }
  });
}

function measureLine() {
  const script = performance.getEntriesByType('resource').find(({ name }) => name.endsWith('/hls.js'));
  const { transferSize = 0, responseStart = 0, responseEnd = 0 } = script ?? {};
  if (transferSize < TELLING_BYTES || responseEnd <= responseStart) return undefined;
  return (transferSize * 8000) / (responseEnd - responseStart);
}

function recall() {
  try {
    return Number(sessionStorage.getItem(STORED)) || undefined;
  } catch {
    return undefined;
  }
}
