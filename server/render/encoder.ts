/**
 * One encoder process for one or more runs that read what it makes side by side, each a stream of its own. It
 * starts with the first of them, stands still while all that are left are held, and is killed when the last has
 * let go. Knows nothing of segments.
 */
import { PassThrough, type Readable } from 'node:stream';
import type { Child, Exec } from '../base/exec.js';
import { aborted } from './shared-work.js';

export interface EncoderLeg {
  /** The same for all legs of one process. */
  readonly encoder: object;
  /** Of the process's time, when it is shared out evenly. */
  readonly part: number;
  /** Starts the process unless another leg has. Errors: those of `locate`; 'aborted' after `release`. */
  open(): Promise<Readable>;
  /** Resolves when the process has ended well. Errors: as Child.done. */
  done(): Promise<void>;
  setPaused(paused: boolean): void;
  /** What is still to come is thrown away. Resolves when the process is gone or works on for others only. */
  release(): Promise<void>;
  /** It hangs: ends it for all. */
  kill(): void;
}

export interface EncoderJob {
  legs: number;
  /** `ownSession` as in ExecOptions. */
  priority: { nice: number; ownSession?: boolean };
  locate(): Promise<string>;
  args(path: string): string[];
}

export function createEncoder(exec: Exec, job: EncoderJob): EncoderLeg[] {
  const encoder = {};
  const held = new Set<number>();
  const released = new Set<number>();
  let starting: Promise<Child> | undefined;
  let child: Child | undefined;
  /** From then on its process id may be another's. */
  let isOver = false;
  let isStopped = false;

  async function start(): Promise<Child> {
    const path = await job.locate();
    if (released.size === job.legs) throw aborted();
    child = exec.start('ffmpeg', job.args(path), { ...job.priority, outputs: job.legs });
    const end = () => (isOver = true);
    child.done.then(end, end);
    hold();
    return child;
  }

  function hold() {
    const working = Array.from({ length: job.legs }, (_, i) => i).filter((i) => !released.has(i));
    const shouldStop = working.length > 0 && working.every((i) => held.has(i));
    if (!child || isOver || shouldStop === isStopped) return;
    isStopped = shouldStop;
    send(child, shouldStop ? 'SIGSTOP' : 'SIGCONT');
  }

  function createLeg(i: number): EncoderLeg {
    // A reader that leaves must not close the process's end: it would fail for all.
    const stream = new PassThrough();
    stream.on('error', () => {}); // who reads it is told by the read
    return {
      encoder,
      part: 1 / job.legs,
      async open() {
        starting ??= start();
        const { outputs } = await starting;
        if (released.has(i)) throw aborted();
        outputs[i]!.pipe(stream);
        return stream;
      },
      async done() {
        await (
          await starting
        )?.done;
      },
      setPaused(paused) {
        if (paused) held.add(i);
        else held.delete(i);
        hold();
      },
      async release() {
        if (!released.has(i)) {
          released.add(i);
          child?.outputs[i]!.unpipe(stream).resume();
          stream.destroy(aborted());
          hold();
        }
        if (released.size < job.legs) return;
        child?.kill();
        await child?.done.catch(() => {});
      },
      kill: () => child?.kill(),
    };
  }

  return Array.from({ length: job.legs }, (_, i) => createLeg(i));
}

function send(child: Child, signal: 'SIGSTOP' | 'SIGCONT'): void {
  try {
    if (child.pid !== undefined) process.kill(child.pid, signal);
  } catch {
    // It is gone already.
  }
}
