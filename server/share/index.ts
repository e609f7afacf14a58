export { createShares } from './shares.js';
export { shareStatus, type ShareStatus } from './status.js';
export type { LinkPreview, Share, ShareDraft, Shares, Visibility } from './model.js';
