export { createHls } from './hls.js';
