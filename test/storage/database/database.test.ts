import { readFile, stat, writeFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import sqlite3 from 'sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openDatabase, rows } from '../../../storage/database/index.js';
import { silentLog } from '../../../server/base/log.js';
import { makeTestFolder, openTestDatabase } from '../../support/database.js';

const open = (file: string, busyTimeoutMs = 5000) => openDatabase({ file, log: silentLog, busyTimeoutMs });

describe('transactions', () => {
  test('of many callers at once all come through, one after the other', async () => {
    const { db } = await openTestDatabase();
    await db.transaction((tx) => rows.settings.set(tx, 'counter', '0'));
    const increment = () =>
      db.transaction(async (tx) => {
        const value = Number(await rows.settings.get(tx, 'counter'));
        await rows.settings.set(tx, 'counter', String(value + 1));
      });
    await Promise.all(Array.from({ length: 200 }, increment));
    expect(await rows.settings.get(db.knex, 'counter')).toBe('200');
  });

  test('leave nothing behind when they fail, and do not hold up the next', async () => {
    const { db } = await openTestDatabase();
    const failing = db.transaction(async (tx) => {
      await rows.settings.set(tx, 'half', 'done');
      throw new Error('changed my mind');
    });
    const next = db.transaction((tx) => rows.settings.get(tx, 'half'));
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await next).toBeUndefined();
  });

  test('may read through the other road meanwhile, and it shows only what is committed', async () => {
    const { db } = await openTestDatabase();
    const seen = await db.transaction(async (tx) => {
      await rows.settings.set(tx, 'name', 'new');
      return rows.settings.get(db.knex, 'name');
    });
    expect(seen).toBeUndefined();
    expect(await rows.settings.get(db.knex, 'name')).toBe('new');
  });

  test('inside one another are refused at once instead of waiting for ever', async () => {
    const { db } = await openTestDatabase();
    const nested = db.transaction(() => db.transaction(async () => 'never'));
    await expect(nested).rejects.toThrow('inside another one');
    expect(await db.transaction(async () => 'later')).toBe('later');
  });

  test('are the only road to a write', async () => {
    const { db } = await openTestDatabase();
    await expect(db.knex('settings').insert({ name: 'a', value: 'b' })).rejects.toThrow(/readonly/);
  });

  test('hold foreign keys', async () => {
    const { db } = await openTestDatabase();
    const orphan = db.transaction((tx) =>
      rows.people.sessions.put(tx, { idHash: 'x', memberId: 'nobody', dataJson: '{}', expiresAtMs: 1 }),
    );
    await expect(orphan).rejects.toThrow(/FOREIGN KEY/);
  });

  test('under way are finished by close, later ones are refused', async () => {
    const { db, file } = await openTestDatabase();
    const running = db.transaction((tx) => rows.settings.set(tx, 'last', 'word'));
    const closing = db.close();
    await expect(db.transaction(async () => {})).rejects.toMatchObject({ code: 'busy' });
    await Promise.all([running, closing, db.close()]);
    const again = await open(file);
    onTestFinished(() => again.close());
    expect(await rows.settings.get(again.knex, 'last')).toBe('word');
  });
});

describe('a database file', () => {
  test('is made with its folder, for its owner only', async () => {
    const file = join(await makeTestFolder(), 'deep', 'down', 'x.db');
    const db = await open(file);
    await db.transaction((tx) => rows.settings.set(tx, 'a', 'b'));
    for (const name of [file, `${file}-wal`]) expect((await stat(name)).mode & 0o777).toBe(0o600);
    await db.ping();
    await db.close();
    await expect(db.ping()).rejects.toThrow();
  });

  test('that is no database is refused with a sentence that names it', async () => {
    const file = join(await makeTestFolder(), 'x.db');
    await writeFile(file, 'this is not a database, whatever its name says '.repeat(100));
    await expect(open(file)).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining(`${file} is damaged, or is not a SQLite database`) as string,
    });
  });

  test('that is damaged inside is refused with a sentence', async () => {
    const { db, file } = await openTestDatabase();
    await db.close();
    const bytes = await readFile(file);
    bytes.fill(0xff, 100, 4096);
    await writeFile(file, bytes);
    await expect(open(file)).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('is damaged') as string,
    });
  });

  test('that cannot be made is refused with a sentence', async () => {
    const folder = await makeTestFolder();
    await writeFile(join(folder, 'file'), '');
    await expect(open(join(folder, 'file', 'x.db'))).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('cannot be made') as string,
    });
    await mkdir(join(folder, 'x.db'));
    await expect(open(join(folder, 'x.db'))).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('cannot be opened') as string,
    });
  });

  test('that another program holds is refused as busy', async () => {
    const { db, file } = await openTestDatabase();
    await db.close();
    const other = await new Promise<sqlite3.Database>((resolve, reject) => {
      const opened: sqlite3.Database = new sqlite3.Database(file, (error) =>
        error ? reject(error) : resolve(opened),
      );
    });
    onTestFinished(() => new Promise<void>((resolve) => other.close(() => resolve())));
    await new Promise<void>((resolve, reject) => {
      other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE', (error) =>
        error ? reject(error) : resolve(),
      );
    });
    await expect(open(file, 50)).rejects.toMatchObject({
      code: 'busy',
      message: expect.stringContaining('locked by another program') as string,
    });
  });

  test('may be written by another program at the same time', async () => {
    const { db, file } = await openTestDatabase();
    const second = await open(file);
    onTestFinished(() => second.close());
    const write = (to: typeof db, n: number) =>
      to.transaction((tx) => rows.settings.set(tx, `name ${n}`, String(n)));
    await Promise.all(Array.from({ length: 60 }, (_, n) => write(n % 2 ? db : second, n)));
    const [count] = await db.knex('settings').count<{ n: number }[]>('name as n');
    expect(count?.n).toBe(60);
  });
});
