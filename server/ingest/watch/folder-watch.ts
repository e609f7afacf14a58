/**
 * Tells that something happened in a folder, by chokidar: one inotify watch a folder, none for files. What
 * happened it does not say; our own reading finds out.
 */
import { existsSync } from 'node:fs';
import { FSWatcher } from 'chokidar';
import { hasErrno, messageOf } from '../../base/errors.js';

export interface FolderWatch {
  /** Resolves when changes in the folder will be told, or when that turned out impossible. */
  add(path: string, fullPath: string): Promise<void>;
  remove(path: string): void;
  has(path: string): boolean;
  /** What keeps folders from being watched, with what to do; undefined while all are. */
  trouble(): string | undefined;
  /** Whatever the trouble was, the next `add` tries again. */
  retry(): void;
  close(): Promise<void>;
}

/** `name` is undefined when any name in the folder may be meant. */
export function createFolderWatch(onEvent: (folder: string, name: string | undefined) => void): FolderWatch {
  const watchers = new Map<string, FSWatcher>();
  let trouble: string | undefined;

  function close(path: string): Promise<void> {
    const watcher = watchers.get(path);
    watchers.delete(path);
    const closing = watcher?.close() ?? Promise.resolve();
    watcher?.on('error', () => {}); // closing took all listeners away, and a late error would be thrown
    return closing;
  }

  return {
    async add(path, fullPath) {
      if (trouble || watchers.has(path) || !existsSync(fullPath)) return;
      const watcher = new FSWatcher({
        // Given as `cwd`, a path is taken as it is; as an argument, backslashes would become slashes.
        cwd: fullPath,
        ignoreInitial: true,
        followSymlinks: false,
        atomic: false,
      });
      // It would list the folder and stat every file at each event; we read it ourselves, once.
      watcher._readdirp = () => undefined;
      watchers.set(path, watcher);
      await new Promise<void>((resolve) => {
        watcher.on('raw', (_event, name, details) => {
          // Without it the folder was polled, as CHOKIDAR_USEPOLLING asks for: any name may be meant.
          const { watchedPath } = details as { watchedPath?: string };
          // It was gone in the moment between: chokidar then waits for it in the folder above.
          if (watchedPath !== undefined && watchedPath !== fullPath) return void close(path);
          onEvent(path, watchedPath === undefined ? undefined : name || undefined);
        });
        watcher.on('ready', () => resolve());
        watcher.on('error', (error) => {
          if (watchers.get(path) === watcher) void close(path);
          if (!hasErrno(error, 'EACCES', 'EPERM')) trouble ??= explainTrouble(error);
          resolve();
        });
        watcher.add('.');
      });
    },
    remove: (path) => void close(path),
    has: (path) => watchers.has(path),
    trouble: () => trouble,
    retry: () => (trouble = undefined),
    async close() {
      await Promise.all([...watchers.keys()].map(close));
    },
  };
}

/** One sentence for the operator. */
export function explainTrouble(error: unknown): string {
  if (hasErrno(error, 'ENOSPC')) {
    return 'Not every folder is watched: this machine allows no more watches. Raise the limit, for example with: sysctl fs.inotify.max_user_watches=524288.';
  }
  if (hasErrno(error, 'EMFILE', 'ENFILE')) {
    return 'Not every folder is watched: this machine allows no more watchers. Raise the limit, for example with: sysctl fs.inotify.max_user_instances=1024.';
  }
  return `Not every folder is watched (${messageOf(error)}).`;
}
