/** The door of the probe. */
export { createProber, type Prober } from './prober.js';
export { NEVER_MEDIA } from './never-media.js';
