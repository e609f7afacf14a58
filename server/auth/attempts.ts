/**
 * How often one may guess: few times per user name and address, more often per address, so that a household
 * behind one address is not shut out by one of them. Kept in memory; a restart forgives. Counts before the
 * guess is looked at, so that many at once are no way around it.
 */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '../base/errors.js';
import { networkOf } from '../base/network.js';

export interface Attempts {
  /** Errors: 'too-many'. */
  begin(username: string, address: string): Promise<void>;
  /** The guess was right: it does not count. */
  forgive(username: string, address: string): Promise<void>;
}

const WINDOW_SECONDS = 15 * 60;
const PER_PAIR = 5;
const PER_ADDRESS = 100;

export function createAttempts(): Attempts {
  const pairs = new RateLimiterMemory({ points: PER_PAIR, duration: WINDOW_SECONDS });
  const addresses = new RateLimiterMemory({ points: PER_ADDRESS, duration: WINDOW_SECONDS });
  const pairOf = (username: string, address: string) =>
    `${networkOf(address)} ${username.slice(0, 64).toLowerCase()}`;
  return {
    async begin(username, address) {
      const network = networkOf(address);
      // Looked at first: names that are tried while all from there must wait are neither counted nor kept.
      const so = await addresses.get(network);
      if (so && so.consumedPoints >= PER_ADDRESS) throw tooMany(so);
      // In this order: who goes on after the fifth wrong one uses up nothing of what the others share.
      await take(pairs, pairOf(username, address));
      await take(addresses, network);
    },
    async forgive(username, address) {
      await addresses.reward(networkOf(address));
      await pairs.delete(pairOf(username, address));
    },
  };
}

async function take(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (refusal) {
    throw refusal instanceof RateLimiterRes ? tooMany(refusal) : refusal;
  }
}

function tooMany({ msBeforeNext }: RateLimiterRes): AppError {
  const minutes = Math.ceil(msBeforeNext / 60_000);
  return new AppError(
    'too-many',
    `Too many wrong passwords. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`,
    { retryAfterSeconds: Math.ceil(msBeforeNext / 1000) },
  );
}
