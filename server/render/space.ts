/** Watches the free space of the disk: below the floor nothing is started, above it work goes on by itself. */
import type { Clock } from '../base/clock.js';
import { AppError } from '../base/errors.js';
import type { Log } from '../base/log.js';

export interface Space {
  /** Looks at the disk, unless it has just been looked at. Errors: AppError 'no-space'. */
  require(): Promise<void>;
  isLow(): boolean;
  /** The disk has refused to take more, whatever it says about free bytes. */
  ranOut(): void;
  /** Looks at the disk every few seconds from now on. */
  start(): void;
  close(): void;
}

const FRESH_MS = 1000;
const WATCH_MS = 5000;
const RETRY_MS = 10_000;
const REASON = 'There is not enough free space left on the disk.';

/** `onChange` is called when the disk becomes low and when it is not so any more. */
export function createSpace(deps: {
  freeBytes: () => Promise<number>;
  minFreeBytes: number;
  clock: Clock;
  log: Log;
  onChange: () => void;
}): Space {
  const { freeBytes, minFreeBytes, clock, log, onChange } = deps;
  let low = false;
  let lookedAtMs = -Infinity;
  let notBeforeMs = -Infinity;
  let looking: Promise<void> | undefined;
  let cancel: (() => void) | undefined;
  let closed = false;

  async function look() {
    let free: number;
    try {
      free = await freeBytes();
    } catch (error) {
      log.warn({ err: error }, 'free space could not be told');
      return;
    }
    lookedAtMs = clock.now();
    // A disk that has refused bytes gets a moment before it is tried again.
    set(free < minFreeBytes || lookedAtMs < notBeforeMs);
  }

  function set(isLow: boolean) {
    if (low === isLow || closed) return;
    low = isLow;
    log.warn(
      { low },
      low ? 'free space ran low, rendering stopped' : 'free space is back, rendering goes on',
    );
    onChange();
  }

  function watch() {
    cancel = clock.after(low ? RETRY_MS : WATCH_MS, () => {
      void look().then(() => closed || watch());
    });
  }

  return {
    async require() {
      if (clock.now() - lookedAtMs >= FRESH_MS)
        await (looking ??= look().finally(() => (looking = undefined)));
      if (low) throw new AppError('no-space', REASON);
    },
    isLow: () => low,
    ranOut() {
      notBeforeMs = clock.now() + RETRY_MS - 1;
      set(true);
    },
    start: watch,
    close() {
      closed = true;
      cancel?.();
    },
  };
}
