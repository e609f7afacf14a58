/**
 * The signing keys in the data dir: made once, written whole, readable by their owner only. The file is a
 * ring: its first key signs, the others verify what they have signed until they are taken out.
 */
import { createHash, randomBytes } from 'node:crypto';
import { chmod, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, hasErrno, messageOf } from '../server/base/errors.js';
import { writeWhole } from '../server/base/files.js';
import { createSecret } from '../server/base/ids.js';
import type { Log } from '../server/base/log.js';

export interface SigningKey {
  /** Four base64url characters. */
  id: string;
  secret: string;
}

const FILE = 'signing-keys.json';
const OTHERS = 0o077;
const ID = /^[\w-]{4}$/;
const SHORTEST_SECRET = 32;

/** `given`, the secret of the settings, is the whole ring. Errors: AppError 'invalid' for a file that is not a ring. */
export async function loadSigningKeys(options: {
  dataDir: string;
  given?: string | undefined;
  log: Log;
}): Promise<SigningKey[]> {
  const { dataDir, given, log } = options;
  if (given !== undefined) return [{ id: idOf(given), secret: given }];
  const file = join(dataDir, FILE);
  const text = await readText(file);
  if (text === undefined) return makeRing(file);
  await closeToOthers(file, log);
  return parseRing(text, file);
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (hasErrno(cause, 'ENOENT')) return undefined;
    throw new AppError('invalid', `The signing keys in ${file} cannot be read: ${messageOf(cause)}.`, {
      cause,
    });
  }
}

async function makeRing(file: string): Promise<SigningKey[]> {
  const keys = [{ id: randomBytes(3).toString('base64url'), secret: createSecret(32) }];
  await writeWhole(file, `${JSON.stringify({ keys }, undefined, 2)}\n`, 0o600);
  return keys;
}

/** A stop would not make a secret that was seen secret again, and some file systems know no modes at all. */
async function closeToOthers(file: string, log: Log): Promise<void> {
  if (((await stat(file)).mode & OTHERS) === 0) return;
  await chmod(file, 0o600).catch(() => {});
  const isClosed = ((await stat(file)).mode & OTHERS) === 0;
  log.warn(
    { file, isClosed },
    'signing keys were readable by others; remove the file to have new ones made, which ends all links to streams',
  );
}

function parseRing(text: string, file: string): SigningKey[] {
  const keys = keysOf(text);
  const ids = new Set(keys?.map((key) => key.id));
  if (keys && keys.length > 0 && ids.size === keys.length) return keys;
  throw new AppError(
    'invalid',
    `The signing keys in ${file} are not usable. It must read {"keys": [{"id": "four characters", "secret": "${SHORTEST_SECRET} or more"}]} ` +
      'with different ids; remove the file to have new ones made, which ends all links to streams.',
  );
}

function keysOf(text: string): SigningKey[] | undefined {
  try {
    const { keys } = JSON.parse(text) as { keys: Partial<Record<keyof SigningKey, unknown>>[] };
    const usable = keys.filter(
      (key): key is SigningKey =>
        typeof key.id === 'string' &&
        ID.test(key.id) &&
        typeof key.secret === 'string' &&
        key.secret.length >= SHORTEST_SECRET,
    );
    return usable.length === keys.length ? usable : undefined;
  } catch {
    return undefined;
  }
}

/** The same secret has the same id after every start. */
function idOf(secret: string): string {
  return createHash('sha256').update(`key id ${secret}`).digest().subarray(0, 3).toString('base64url');
}
