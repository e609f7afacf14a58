/**
 * MP4: initialisation sections, media segments and heads of whole files from samples; samples from ffmpeg's pipe and
 * from our own segments.
 */
export { createFragmentReader } from './fragment-reader.js';
export { initSegment } from './init-segment.js';
export { mediaSegment } from './media-segment.js';
export { movieFileHead, type FileTrack } from './movie-file.js';
export { packAudio, packVideo } from './pack.js';
export { readSegment } from './read-segment.js';
