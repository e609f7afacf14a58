import type { Clock } from '../base/clock.js';
import type { Log } from '../base/log.js';
import type { Database } from '../../storage/database/index.js';
import type { Auth } from './model.js';

export interface AuthOptions {
  db: Database;
  clock: Clock;
  log: Log;
  adminUsername?: string | undefined;
  adminPassword?: string | undefined;
  apiKey?: string | undefined;
}

export function createAuth(_options: AuthOptions): Auth {
  throw new Error('being written');
}
