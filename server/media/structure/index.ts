/** The door of the structure check. */
export { inspectStructure } from './inspect.js';
export { type Structure } from './verdict.js';
