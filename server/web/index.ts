export { createWeb, type Web, type WebOptions } from './web.js';
