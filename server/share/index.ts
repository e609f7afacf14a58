export { createClipSweep } from './clip-sweep.js';
export { createShares } from './shares.js';
export { shareStatus } from './status.js';
export type { Share, Shares } from './model.js';
export { narrow, opensPart, partOf } from './window.js';
