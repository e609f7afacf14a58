import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { silentLog } from '../../../server/base/log.js';
import { connect } from '../../../storage/database/connection.js';
import { migrate, type Migration } from '../../../storage/database/migrate.js';
import { migrations } from '../../../storage/database/migrations/index.js';
import { makeTestFolder } from '../../support/database.js';

const step = (version: number, ...statements: string[]): Migration => ({
  version,
  name: `step-${version}`,
  async up(tx) {
    for (const statement of statements) await tx.raw(statement);
  },
});
const first = step(1, 'CREATE TABLE lamps (name TEXT)', "INSERT INTO lamps VALUES ('old')");
const second = step(2, "UPDATE lamps SET name = 'new'");

async function openEmpty() {
  const folder = await makeTestFolder();
  const file = join(folder, 'x.db');
  const db = connect(file, 'writer', { log: silentLog, busyTimeoutMs: 1000 });
  onTestFinished(() => db.destroy());
  return { folder, file, db, options: { file, log: silentLog } };
}

describe('migrations', () => {
  test('run once each, in order, and make no copy of an empty database', async () => {
    const { folder, db, options } = await openEmpty();
    await migrate(db, [first, second], options);
    await migrate(db, [first, second], options);
    expect(await db('lamps').pluck('name')).toEqual(['new']);
    expect(await db('migrations').pluck('version')).toEqual([1, 2]);
    expect(await readdir(folder)).not.toContain('x.db.v0.bak');
  });

  test('leave a whole copy of what was there before, for the owner only', async () => {
    const { file, db, options } = await openEmpty();
    await migrate(db, [first], options);
    await migrate(db, [first, second], options);
    const copy = connect(`${file}.v1.bak`, 'reader', { log: silentLog, busyTimeoutMs: 1000 });
    onTestFinished(() => copy.destroy());
    expect(await copy('lamps').pluck('name')).toEqual(['old']);
    expect((await stat(`${file}.v1.bak`)).mode & 0o777).toBe(0o600);
  });

  test('that fail leave the tables as they were and can be tried again', async () => {
    const { folder, db, options } = await openEmpty();
    await migrate(db, [first], options);
    const broken = step(2, "UPDATE lamps SET name = 'half'", 'no SQL at all');
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(migrate(db, [first, broken], options)).rejects.toThrow(/syntax error/);
      expect(await db('lamps').pluck('name')).toEqual(['old']);
    }
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    await migrate(db, [first, second], options);
    expect(await db('lamps').pluck('name')).toEqual(['new']);
  });

  test('of a newer version keep this one from touching anything', async () => {
    const { file, db, options } = await openEmpty();
    await migrate(db, [first, second], options);
    await expect(migrate(db, [first], options)).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining(
        `${file} was changed by a newer version of Lanternshare (its tables are at 2, this version knows 1)`,
      ) as string,
    });
  });

  test("refuse another program's database", async () => {
    const { db, options } = await openEmpty();
    await db.raw('CREATE TABLE theirs (a TEXT)');
    await expect(migrate(db, [first], options)).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('belongs to another program') as string,
    });
  });

  test('are numbered 1, 2, 3 … without a gap', () => {
    expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, at) => at + 1));
  });

  test('add up to test/schema.sql', async () => {
    const { db, options } = await openEmpty();
    await migrate(db, migrations, options);
    const statements = await db('sqlite_master').whereNotNull('sql').orderBy('rowid').pluck<string[]>('sql');
    await expect(`${statements.join(';\n\n')};\n`).toMatchFileSnapshot('../../schema.sql');
  });
});
