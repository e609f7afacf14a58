export { createLibrary } from './library.js';
export type {
  FileQuery,
  FileSignature,
  FileState,
  Generation,
  KnownFile,
  Library,
  MediaFile,
} from './model.js';
