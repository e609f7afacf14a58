export { createAuth } from './auth.js';
export { createKeys } from './keys.js';
export type { ApiKey, Auth, Keys, Members, Setup, Viewer } from './model.js';
