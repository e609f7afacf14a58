import type { Clock } from '../base/clock.js';
import type { Signer } from './model.js';

export function createSigner(_options: { keys: { id: string; secret: string }[]; clock: Clock }): Signer {
  throw new Error('being written');
}

/** Unix seconds, up to the next full hour, so that viewers of one hour share URLs. */
export function roundUpToHour(unixSeconds: number): number {
  return Math.ceil(unixSeconds / 3600) * 3600;
}
