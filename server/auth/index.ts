export { createAuth } from './auth.js';
export { createKeys } from './keys.js';
export type { ApiKey, Auth, Keys, Member, Members, Viewer } from './model.js';
