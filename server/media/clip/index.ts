/** Clips as media: what a time range of a file is made of, and how its edges are made. */
export { layoutClip } from './layout.js';
export type {
  ClipAudio,
  ClipInit,
  ClipLayout,
  ClipPiece,
  ClipRange,
  ClipRendition,
  ClipVideo,
} from './model.js';
