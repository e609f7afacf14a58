import { chmod, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../../server/base/clock.js';
import { createLog, silentLog } from '../../server/base/log.js';
import { createSigner } from '../../server/sign/index.js';
import { loadSigningKeys } from '../../storage/secrets.js';
import { makeTestFolder } from '../support/database.js';

const load = (dataDir: string, given?: string) => loadSigningKeys({ dataDir, given, log: silentLog });
const pathIn = (dataDir: string) => join(dataDir, 'signing-keys.json');

describe('signing keys', () => {
  test('are made once, for their owner only, and are what a signer wants', async () => {
    const dataDir = await makeTestFolder();
    const keys = await load(dataDir);
    expect(keys).toHaveLength(1);
    expect(await load(dataDir)).toEqual(keys);
    expect((await stat(pathIn(dataDir))).mode & 0o777).toBe(0o600);
    expect(await readdir(dataDir)).toEqual(['signing-keys.json']);
    expect(() => createSigner({ keys, clock: createFakeClock() })).not.toThrow();
  });

  test('of two data dirs differ', async () => {
    const [one, other] = await Promise.all([
      makeTestFolder().then((d) => load(d)),
      makeTestFolder().then((d) => load(d)),
    ]);
    expect(one[0]!.secret).not.toBe(other[0]!.secret);
  });

  test('come from the settings where they are given, always under the same id, and nothing is written', async () => {
    const dataDir = await makeTestFolder();
    const keys = await load(dataDir, 'a secret of the settings, long enough');
    expect(keys).toEqual([
      { id: expect.stringMatching(/^[\w-]{4}$/) as string, secret: 'a secret of the settings, long enough' },
    ]);
    expect(await load(dataDir, 'a secret of the settings, long enough')).toEqual(keys);
    expect((await load(dataDir, 'another secret of the settings, as long'))[0]!.id).not.toBe(keys[0]!.id);
    expect(await readdir(dataDir)).toEqual([]);
    expect(() => createSigner({ keys, clock: createFakeClock() })).not.toThrow();
  });

  test('may be several, in the order of the file', async () => {
    const dataDir = await makeTestFolder();
    const keys = [
      { id: 'new1', secret: 'n'.repeat(43) },
      { id: 'old1', secret: 'o'.repeat(43) },
    ];
    await writeFile(pathIn(dataDir), JSON.stringify({ keys }), { mode: 0o600 });
    expect(await load(dataDir)).toEqual(keys);
  });

  test('that others could read are closed to them, with a warning', async () => {
    const dataDir = await makeTestFolder();
    const keys = await load(dataDir);
    await chmod(pathIn(dataDir), 0o644);
    const lines: string[] = [];
    const log = createLog('warn', { write: (line) => lines.push(line) });
    expect(await loadSigningKeys({ dataDir, log })).toEqual(keys);
    expect((await stat(pathIn(dataDir))).mode & 0o777).toBe(0o600);
    expect(lines.join()).toContain('signing keys were readable by others');
    expect(lines.join()).not.toContain(keys[0]!.secret);
  });

  test.each([
    '',
    'nonsense',
    'null',
    '{}',
    '{"keys": []}',
    '{"keys": [{"id": "abcd"}]}',
    '{"keys": [{"id": "abcd", "secret": "short"}]}',
    `{"keys": [{"id": "toolong", "secret": "${'x'.repeat(43)}"}]}`,
    `{"keys": [{"id": "abcd", "secret": "${'x'.repeat(43)}"}, {"id": "abcd", "secret": "${'y'.repeat(43)}"}]}`,
  ])('are never made anew over a file that cannot be understood: %s', async (text) => {
    const dataDir = await makeTestFolder();
    await writeFile(pathIn(dataDir), text, { mode: 0o600 });
    await expect(load(dataDir)).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining(pathIn(dataDir)) as string,
    });
    expect(await readFile(pathIn(dataDir), 'utf8')).toBe(text);
  });
});
