export { createShares } from './shares.js';
export { shareStatus } from './status.js';
export type { Share, Shares } from './model.js';
export { narrow, opensPart, partOf, toMs } from './window.js';
