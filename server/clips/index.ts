/** Clips: time ranges of media files. */
export { createClips } from './clips.js';
export { thumbnailSeconds } from './thumbnail.js';
export type { Clip, Clips, Cutting, Segmentation, TimeRange } from './model.js';
