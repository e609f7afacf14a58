/** The table `settings`: small texts by name that the appliance keeps for itself. */
import type { Db, Tx } from '../database.js';

interface SettingRow {
  name: string;
  value: string;
}

export async function get(db: Db, name: string): Promise<string | undefined> {
  return (await db<SettingRow>('settings').where('name', name).first())?.value;
}

export async function set(tx: Tx, name: string, value: string): Promise<void> {
  await tx<SettingRow>('settings').insert({ name, value }).onConflict('name').merge();
}

export async function remove(tx: Tx, name: string): Promise<void> {
  await tx('settings').where('name', name).delete();
}
