/** Where the database file lies: in the data dir unless the settings name another place. */
import { join, resolve } from 'node:path';

export function databaseFile(settings: { dataDir: string; databaseUrl?: string | undefined }): string {
  if (settings.databaseUrl === undefined) return join(settings.dataDir, 'lanternshare.db');
  return resolve(settings.databaseUrl.replace(/^sqlite:(\/\/(?=\/))?/, ''));
}
