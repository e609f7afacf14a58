/** Numbers that look random and are the same for the same seed, so that a failing round can be run again. */

export interface Random {
  /** From 0 up to, not including, 1. */
  (): number;
  between(least: number, most: number): number;
  pick<T>(values: readonly T[]): T;
}

export function createRandom(seed: number): Random {
  let state = (seed * 2_654_435_761 + 0x9e3779b9) >>> 0;
  /** mulberry32: enough for choosing test cases. */
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  return Object.assign(next, {
    between: (least: number, most: number) => least + next() * (most - least),
    pick: <T>(values: readonly T[]) => values[Math.floor(next() * values.length)]!,
  });
}

/** Runs `check` with as many different randoms; a failure names its round. */
export function inRounds(rounds: number, check: (random: Random) => void): void {
  for (let round = 0; round < rounds; round++) {
    try {
      check(createRandom(round));
    } catch (error) {
      if (error instanceof Error) error.message = `in round ${round}: ${error.message}`;
      throw error;
    }
  }
}
