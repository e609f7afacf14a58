/** Clips as media: what a time range of a file is made of, and what is shown beside it. */
export { cutWebVtt } from './captions.js';
export { layoutClip } from './layout.js';
export type { ClipInit, ClipLayout, ClipPiece, ClipRange } from './model.js';
export { clipPosterArgs, pieceStillArgs } from './poster.js';
