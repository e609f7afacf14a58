import type { Clock } from '../base/clock.js';
import type { Log } from '../base/log.js';
import type { Database } from '../../storage/database/index.js';
import type { LibraryReader } from '../library/model.js';
import type { Shares } from './model.js';

export function createShares(_options: {
  db: Database;
  library: Pick<LibraryReader, 'get' | 'onChange'>;
  clock: Clock;
  log: Log;
}): Shares {
  throw new Error('being written');
}
