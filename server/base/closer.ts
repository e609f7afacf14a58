/** Remembers what was started and ends it in the opposite order, each really over before the next. */
import type { Log } from './log.js';

export interface Closer {
  add(name: string, close: () => Promise<void> | void): void;
  /** Runs once; later calls wait for the same end. A failing close is logged and does not stop the others. */
  close(): Promise<void>;
}

export function createCloser({ log }: { log: Log }): Closer {
  const parts: { name: string; close: () => Promise<void> | void }[] = [];
  let ending: Promise<void> | undefined;
  async function closeAll() {
    for (const part of parts.reverse()) {
      try {
        await part.close();
      } catch (error) {
        log.error({ err: error, part: part.name }, 'part did not close cleanly');
      }
    }
  }
  return {
    add: (name, close) => void parts.push({ name, close }),
    close: () => (ending ??= closeAll()),
  };
}
