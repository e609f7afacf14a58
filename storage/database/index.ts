export { claimDataDir } from './claim.js';
export { openDatabase, type Database, type Tx } from './database.js';
export { isUniqueViolation } from './faults.js';
export { databaseFile } from './location.js';
export { createRowCache } from './row-cache.js';
export * as rows from './rows/index.js';
