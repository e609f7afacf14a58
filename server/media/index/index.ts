/** The door of the sample index. */
export { openIndex } from './open-index.js';
