export { createAuth } from './auth.js';
export type { ApiKey, Auth, Keys, Members, Setup, Viewer } from './model.js';
