export { createAttempts } from './attempts.js';
export { createAuth } from './auth.js';
export { createKeys } from './keys.js';
export type { ApiKey, Auth, Member, Viewer } from './model.js';
export { createPasswords } from './passwords.js';
