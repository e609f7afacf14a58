/**
 * Slow hashes of passwords (argon2id). Promises that checking costs the same whether there is a hash to check
 * against or not, and that many checks at once cannot take the machine's memory or all of Node's threads.
 */
import { hash, verify } from '@node-rs/argon2';
import pLimit from 'p-limit';
import { createSecret } from '../base/ids.js';

export interface Passwords {
  hash(password: string): Promise<string>;
  /** `hash` undefined: false, after the same time. */
  isRight(password: string, hash: string | undefined): Promise<boolean>;
}

/** OWASP's choice for argon2id: 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Node has four threads for everything that blocks; the database and the disk need theirs. */
const AT_ONCE = 2;

export function createPasswords(): Passwords {
  const limit = pLimit(AT_ONCE);
  let nobodys: Promise<string> | undefined;
  return {
    hash: (password) => limit(() => hash(asTyped(password), COST)),
    async isRight(password, known) {
      const decoy = await (nobodys ??= limit(() => hash(createSecret(), COST)));
      const isMatch = await limit(() => verify(known ?? decoy, asTyped(password)));
      return isMatch && known !== undefined;
    },
  };
}

/** Keyboards differ in how they compose é; people do not know. */
const asTyped = (password: string): string => password.normalize('NFC');
