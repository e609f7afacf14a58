export { createLibrary } from './library.js';
export { createRemoval } from './removal.js';
export { createUploads } from './upload.js';
export type { FileQuery, FileSignature, KnownFile, Library, MediaFile } from './model.js';
