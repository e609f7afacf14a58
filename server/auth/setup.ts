/**
 * The one-time link that makes the first member. Only the hash of its token is kept; each start has a token of
 * its own, and the first member ends them all.
 */
import { rows, type Database } from '../../storage/database/index.js';
import { AppError } from '../base/errors.js';
import { createSecret, hashSecret, isSameSecret } from '../base/ids.js';
import type { MemberBook } from './members.js';
import type { Setup } from './model.js';

const SETTING = 'setup_token_hash';

export function createSetup({ db, members }: { db: Database; members: MemberBook }): Setup {
  const isOpen = async () => (await members.count()) === 0;
  return {
    isOpen,
    async begin() {
      const token = createSecret();
      return db.transaction(async (tx) => {
        if ((await rows.people.members.count(tx)) > 0) {
          await rows.settings.remove(tx, SETTING);
          return undefined;
        }
        await rows.settings.set(tx, SETTING, hashSecret(token));
        return token;
      });
    },
    async accepts(token) {
      return (await isCurrent(db.knex, token)) && (await isOpen());
    },
    async redeem(token, first) {
      // Looked at before the slow hash, so that a dead link costs nothing; and again in the transaction.
      if (!(await isCurrent(db.knex, token))) throw deadLink();
      const member = await members.addFirst(first, async (tx) => {
        if (!(await isCurrent(tx, token))) return false;
        await rows.settings.remove(tx, SETTING);
        return true;
      });
      if (!member) throw deadLink();
      return member;
    },
  };
}

async function isCurrent(db: Database['knex'], token: string): Promise<boolean> {
  const expected = await rows.settings.get(db, SETTING);
  return expected !== undefined && isSameSecret(expected, hashSecret(token));
}

function deadLink(): AppError {
  return new AppError(
    'not-found',
    'This set-up link is not valid any more. A new one is printed at the next start.',
  );
}
