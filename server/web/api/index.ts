export { createApi } from './api.js';
export type { ApiAuth } from './access.js';
