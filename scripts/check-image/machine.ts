/**
 * Runs an unpacked image as a container runtime would, with chroot: its own root, its environment and nothing
 * else. The network is the host's. Needs root; mounts vanish with the process that made them.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import type { Image } from './image.js';

const run = promisify(execFile);

export interface Machine {
  /** Everything that was printed so far. */
  output(): string;
  /** The first text that matches, as soon as it is printed. Errors: the program ended before. */
  waitFor(pattern: RegExp): Promise<RegExpExecArray>;
  /** Runs another command in the same root, as `docker exec` does. Rejects on a non-zero exit. */
  exec(...command: string[]): Promise<string>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL, safe at any time. */
  kill(): void;
}

/** Mounts /proc and /dev below $1 in a mount namespace of its own, then becomes the rest of the arguments. */
const ENTER = `
  mount --rbind /dev "$1/dev" && mount -t proc proc "$1/proc" &&
  exec chroot "$1" /bin/sh -c 'cd "$0" && exec "$@"' "$2" "\${@:3}"`;

export function startMachine(image: Image, root: string): Machine {
  const enter = (command: string[]) => [
    '--mount',
    '--propagation',
    'private',
    'bash',
    '-c',
    ENTER,
    'bash',
    root,
    image.workingDir,
    ...command,
  ];
  const child = spawn('unshare', enter(image.command), {
    // A container's first process would reap the others without being asked.
    env: { ...image.env, TINI_SUBREAPER: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      child.emit('printed');
    });
  }
  return {
    output: () => text,
    async waitFor(pattern) {
      for (;;) {
        const found = pattern.exec(text);
        if (found) return found;
        if (child.exitCode !== null) throw new Error(`the program ended with ${child.exitCode}:\n${text}`);
        await Promise.race([once(child, 'printed'), ended]);
      }
    },
    async exec(...command) {
      return (await run('unshare', enter(command), { env: image.env, timeout: 30_000 })).stdout;
    },
    async stop() {
      child.kill('SIGTERM');
      return (await ended)[0];
    },
    kill: () => void child.kill('SIGKILL'),
  };
}
