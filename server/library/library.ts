import type { Clock } from '../base/clock.js';
import type { Log } from '../base/log.js';
import type { Database } from '../../storage/database/index.js';
import type { Library } from './model.js';

export function createLibrary(_options: { db: Database; mediaDir: string; clock: Clock; log: Log }): Library {
  throw new Error('being written');
}
