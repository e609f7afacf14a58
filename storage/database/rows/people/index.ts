export * as apiKeys from './api-keys.js';
export * as members from './members.js';
export * as sessions from './sessions.js';
