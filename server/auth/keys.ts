/**
 * API keys: shown once, kept as hashes. Verified keys are remembered for a few seconds, no longer, because
 * another process (the command line) may revoke one.
 */
import { LRUCache } from 'lru-cache';
import { rows, type Database } from '../../storage/database/index.js';
import type { Clock } from '../base/clock.js';
import { AppError } from '../base/errors.js';
import { createId, createSecret, hashSecret } from '../base/ids.js';
import type { Log } from '../base/log.js';
import type { Keys } from './model.js';

const PREFIX = 'ls_';
const FIXED_NAME = 'API_KEY of the settings';
const FIRST_NAME = 'First key';
const LONGEST_NAME = 100;
const LONGEST_KEY = 512;
const REMEMBERED = 1000;
const TRUSTED_MS = 5000;
const USE_WRITTEN_EVERY_MS = 60_000;
const MOST_OF_ONE_MEMBER = 100;

interface Verified {
  id: string;
  name: string;
  untilMs: number;
}

export interface KeyBook extends Keys {
  /** Trusts nothing that was verified before: the keys were changed by another hand. */
  forget(): void;
}

export function createKeys({ db, clock, log }: { db: Database; clock: Clock; log: Log }): KeyBook {
  const verified = new LRUCache<string, Verified>({ max: REMEMBERED });

  const make = (name: string, key: string, isFixed: boolean): rows.people.apiKeys.ApiKeyRecord => ({
    id: createId(),
    name,
    keyHash: hashSecret(key),
    isFixed,
    createdAtMs: clock.now(),
  });

  /** Not waited for: a request need not stand behind a write that only says that it came. */
  function noteUse(record: rows.people.apiKeys.ApiKeyRecord) {
    const nowMs = clock.now();
    if (record.lastUsedAtMs !== undefined && nowMs - record.lastUsedAtMs < USE_WRITTEN_EVERY_MS) return;
    db.transaction((tx) => rows.people.apiKeys.setLastUsed(tx, record.id, nowMs)).catch((error: unknown) =>
      log.debug({ err: error, keyId: record.id }, 'use of an API key was not noted'),
    );
  }

  return {
    forget: () => verified.clear(),

    async create(name, memberId) {
      const trimmed = name.trim();
      if (trimmed === '' || trimmed.length > LONGEST_NAME) {
        throw new AppError('invalid', `The name of an API key must have 1 to ${LONGEST_NAME} characters.`);
      }
      const key = PREFIX + createSecret();
      const record = { ...make(trimmed, key, false), memberId };
      await db.transaction(async (tx) => {
        if (
          memberId !== undefined &&
          (await rows.people.apiKeys.countOf(tx, memberId)) >= MOST_OF_ONE_MEMBER
        ) {
          throw new AppError(
            'conflict',
            'There are too many API keys. Revoke one that is not needed any more.',
          );
        }
        await rows.people.apiKeys.insert(tx, record);
      });
      return { id: record.id, key };
    },

    async verify(bearer) {
      if (bearer.length > LONGEST_KEY) return undefined;
      // The look-up is by hash: what its time tells is of no use for guessing the key.
      const keyHash = hashSecret(bearer);
      const known = verified.get(keyHash);
      if (known && clock.now() < known.untilMs) return { id: known.id, name: known.name };
      verified.delete(keyHash);
      const record = await rows.people.apiKeys.findByHash(db.knex, keyHash);
      if (!record || record.revokedAtMs !== undefined) return undefined;
      const { id, name } = record;
      verified.set(keyHash, { id, name, untilMs: clock.now() + TRUSTED_MS });
      noteUse(record);
      return { id, name };
    },

    async list(memberId) {
      const all = (await rows.people.apiKeys.list(db.knex)).map(({ keyHash: _, ...shown }) => shown);
      return memberId === undefined ? all : all.filter((key) => key.memberId === memberId);
    },

    async revoke(id, memberId) {
      const wasValid = await db.transaction(async (tx) => {
        const isTheirs =
          memberId === undefined || (await rows.people.apiKeys.find(tx, id))?.memberId === memberId;
        return isTheirs && rows.people.apiKeys.revoke(tx, id, clock.now());
      });
      verified.clear();
      if (!wasValid) throw new AppError('not-found', 'There is no valid API key with this id.');
    },

    async ensureFixed(key) {
      await db.transaction(async (tx) => {
        const keyHash = key === undefined ? '' : hashSecret(key);
        await rows.people.apiKeys.revokeFixed(tx, keyHash, clock.now());
        if (key === undefined) return;
        const present = await rows.people.apiKeys.findByHash(tx, keyHash);
        if (present) await rows.people.apiKeys.restoreFixed(tx, present.id);
        else await rows.people.apiKeys.insert(tx, make(FIXED_NAME, key, true));
      });
      verified.clear();
    },

    async ensureFirst() {
      const key = PREFIX + createSecret();
      const isFirst = await db.transaction(async (tx) => {
        if (!(await rows.people.apiKeys.isEmpty(tx))) return false;
        await rows.people.apiKeys.insert(tx, make(FIRST_NAME, key, false));
        return true;
      });
      return isFirst ? key : undefined;
    },
  };
}
