/** Fragmented MP4: initialisation sections and media segments from samples, and samples from ffmpeg's pipe. */
export { createFragmentReader, type Fragment, type FragmentInit } from './fragment-reader.js';
export { initSegment } from './init-segment.js';
export { mediaSegment } from './media-segment.js';
export { packAudio, packVideo } from './pack.js';
export { readSegment } from './read-segment.js';
