/** Rendered segments and the small things beside them; kept on the file system. */
export { createFilesystemStore as createSegmentStore } from './filesystem.js';
export type { ChunkWriter, RenditionKey, SegmentRange, SegmentStore } from './model.js';
