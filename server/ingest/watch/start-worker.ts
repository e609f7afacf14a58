/** Starts the watching thread from the built code, or from the sources where those run (development, tests). */
import { Worker, type Transferable } from 'node:worker_threads';
import type { FromWorker } from './model.js';

/** Keeps garbage small; a library of several million files still fits. */
const LIMITS = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 1024 };

/** What is used of a thread. */
export interface Thread {
  postMessage(message: unknown, transfer?: readonly Transferable[]): void;
  on(event: 'message', listener: (message: FromWorker) => void): unknown;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  on(event: 'exit', listener: () => void): unknown;
  terminate(): Promise<unknown>;
  unref(): void;
}

export function startWorker(root: string): Thread {
  const options = { workerData: { root }, resourceLimits: LIMITS, name: 'watch' };
  if (import.meta.url.endsWith('.js')) return new Worker(new URL('./worker.js', import.meta.url), options);
  // A thread does not inherit the loader of TypeScript sources: it registers its own first.
  const loader = JSON.stringify(import.meta.resolve('tsx/esm/api'));
  const entry = JSON.stringify(new URL('./worker.ts', import.meta.url).href);
  const code = `import { register } from ${loader}; register(); await import(${entry});`;
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), options);
}
