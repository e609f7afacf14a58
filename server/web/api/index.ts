export { createApi, type ApiParts } from './api.js';
export type { ApiAuth } from './access.js';
export type { ApiDocument, JsonSchema, Operation } from './document.js';
