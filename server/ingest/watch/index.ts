/** The door of the watch. */
export { createWatch, type Scanned, type Watch, type WatchStatus } from './watch.js';
export type { Thread } from './start-worker.js';
export type { Counts, Difference, RootReport } from './model.js';
