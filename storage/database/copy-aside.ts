/** A whole, consistent copy of the database beside it, made by SQLite itself; it appears by rename. */
import { open, rename, rm } from 'node:fs/promises';
import type { Knex } from 'knex';

/** `lanternshare.db` at version 3 → `lanternshare.db.v3.bak`; a copy of the same version is replaced. */
export async function copyAside(writer: Knex, file: string, version: number): Promise<string> {
  const copy = `${file}.v${version}.bak`;
  const temporary = `${copy}.tmp`;
  await rm(temporary, { force: true });
  // VACUUM INTO accepts an empty file, and so keeps the mode that we give it.
  await (await open(temporary, 'wx', 0o600)).close();
  try {
    await writer.raw('VACUUM INTO ?', [temporary]);
    await rename(temporary, copy);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  return copy;
}
