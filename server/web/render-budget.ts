/**
 * How often pieces of a share's clips may be made: what is at hand or being made for somebody costs nothing, so that
 * only those who make the appliance work without end are told to wait. Counts by the minute.
 */
import { LRUCache } from 'lru-cache';
import type { Clock } from '../base/clock.js';
import { AppError } from '../base/errors.js';

export interface RenderBudget {
  /** One piece is about to be made for that share. Errors: 'too-many'. */
  spend(shareId: string): void;
}

const PER_MINUTE = 240;
const SHARES_COUNTED = 10_000;

export function createRenderBudget({
  clock,
  perMinute = PER_MINUTE,
}: {
  clock: Pick<Clock, 'now'>;
  perMinute?: number;
}): RenderBudget {
  const counts = new LRUCache<string, { minute: number; made: number }>({ max: SHARES_COUNTED });

  return {
    spend(shareId) {
      const minute = Math.floor(clock.now() / 60_000);
      const count = counts.get(shareId);
      const made = count?.minute === minute ? count.made : 0;
      if (made >= perMinute) {
        throw new AppError('too-many', 'Too many pieces of this clip were asked for; try again in a minute.');
      }
      counts.set(shareId, { minute, made: made + 1 });
    },
  };
}
