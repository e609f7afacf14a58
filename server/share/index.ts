export { createShares } from './shares.js';
export { shareStatus, type ShareStatus } from './status.js';
export type { Share, Shares } from './model.js';
export { fitWindow, isWithin, partOf, toMs, wholeOf, windowOf } from './window.js';
