/** One noun per module; each turns rows into plain objects and knows nothing of what they are for. */
export * as apiKeys from './api-keys.js';
export * as generations from './generations.js';
export * as mediaFileLists from './media-file-lists.js';
export * as mediaFiles from './media-files.js';
export * as members from './members.js';
export * as sessions from './sessions.js';
export * as settings from './settings.js';
export * as shares from './shares.js';
