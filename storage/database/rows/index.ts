/** One noun per module; each turns rows into plain objects and knows nothing of what they are for. */
export * as clips from './clips.js';
export * as generations from './generations.js';
export * as mediaFileLists from './media-file-lists.js';
export * as mediaFiles from './media-files.js';
export * as people from './people/index.js';
export * as settings from './settings.js';
export * as shares from './shares.js';
export * as webhooks from './webhooks/index.js';
