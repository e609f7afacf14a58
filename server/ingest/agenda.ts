/** What is to be done when: any number of names, each with one due time, on a single timer. Knows not what is done. */
import type { Clock } from '../base/clock.js';

export interface Agenda {
  /** Sets or moves the due time of a name. */
  set(name: string, dueMs: number): void;
  drop(name: string): void;
  close(): void;
}

/** Due times are rounded up to this, so that thousands share a turn. */
const TICK_MS = 25;

export function createAgenda({ clock, onDue }: { clock: Clock; onDue: (names: string[]) => void }): Agenda {
  const dueTicks = new Map<string, number>();
  const turns = new Map<number, Set<string>>();
  let timer: { tick: number; cancel: () => void } | undefined;

  function drop(name: string) {
    const tick = dueTicks.get(name);
    if (tick === undefined) return;
    dueTicks.delete(name);
    const turn = turns.get(tick)!;
    turn.delete(name);
    if (turn.size === 0) turns.delete(tick);
  }

  function wind() {
    let next = Infinity;
    for (const tick of turns.keys()) next = Math.min(next, tick);
    if (timer?.tick === next) return;
    timer?.cancel();
    timer = undefined;
    if (next === Infinity) return;
    timer = { tick: next, cancel: clock.after(Math.max(0, next * TICK_MS - clock.now()), ring) };
  }

  function ring() {
    timer = undefined;
    const now = clock.now() / TICK_MS;
    const due = [...turns.keys()].filter((tick) => tick <= now).sort((a, b) => a - b);
    const names = due.flatMap((tick) => [...turns.get(tick)!]);
    names.forEach(drop);
    wind();
    if (names.length > 0) onDue(names);
  }

  return {
    set(name, dueMs) {
      drop(name);
      const tick = Math.ceil(dueMs / TICK_MS);
      dueTicks.set(name, tick);
      const turn = turns.get(tick);
      if (turn) turn.add(name);
      else turns.set(tick, new Set([name]));
      if (!timer || tick < timer.tick) wind();
    },
    drop,
    close() {
      timer?.cancel();
      turns.clear();
      dueTicks.clear();
    },
  };
}
