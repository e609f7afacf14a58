/**
 * When each range was last asked for, so that what is made for windows that nobody keeps can go one day. In memory
 * only: after a restart all count as just asked for.
 */
import type { Clock } from '../../base/clock.js';

export interface Uses {
  note(generationId: string, name: string): void;
  /** True for what nobody has asked for in a long time. The first question about a name counts as asking for it. */
  isStale(generationId: string, name: string): boolean;
  /** All names of the generation, or those that are given. */
  drop(generationId: string, names?: Iterable<string>): void;
}

/** As long as somebody may sit over a page. */
const KEPT_MS = 6 * 3600_000;

export function createUses({ clock }: { clock: Clock }): Uses {
  const generations = new Map<string, Map<string, number>>();

  function namesOf(generationId: string): Map<string, number> {
    const names = generations.get(generationId) ?? new Map<string, number>();
    generations.set(generationId, names);
    return names;
  }

  return {
    note: (generationId, name) => void namesOf(generationId).set(name, clock.now()),
    isStale(generationId, name) {
      const names = namesOf(generationId);
      const usedMs = names.get(name);
      if (usedMs === undefined) names.set(name, clock.now());
      return usedMs !== undefined && clock.now() - usedMs > KEPT_MS;
    },
    drop(generationId, names) {
      const known = generations.get(generationId);
      for (const name of names ?? known?.keys() ?? []) known?.delete(name);
      if (!known?.size) generations.delete(generationId);
    },
  };
}
