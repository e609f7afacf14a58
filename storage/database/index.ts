export { openDatabase, type Database, type Db, type Tx } from './database.js';
export { databaseFile } from './location.js';
