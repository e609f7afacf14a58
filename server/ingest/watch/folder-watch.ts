/**
 * Tells that something happened in a folder, by chokidar: one inotify watch a folder, none for files. What
 * happened it does not say; our own reading finds out.
 */
import { existsSync } from 'node:fs';
import { FSWatcher } from 'chokidar';
import { hasErrno, messageOf } from '../../base/errors.js';

interface Watched {
  watcher: FSWatcher;
  /** Also when it was closed before. */
  ready: Promise<void>;
  setReady: () => void;
}

export interface FolderWatch {
  /** Resolves when changes in the folder will be told, or when that turned out impossible. */
  add(path: string, fullPath: string): Promise<void>;
  remove(path: string): void;
  /** What keeps folders from being watched, with what to do; undefined while all are. */
  trouble(): string | undefined;
  /** Whatever the trouble was, the next `add` tries again. */
  retry(): void;
  close(): Promise<void>;
}

/** `name` is undefined when any name in the folder may be meant. */
export function createFolderWatch(onEvent: (folder: string, name: string | undefined) => void): FolderWatch {
  const watched = new Map<string, Watched>();
  let trouble: string | undefined;

  function start(path: string, fullPath: string): Watched {
    const watcher = new FSWatcher({
      // Given as `cwd`, a path is taken as it is; as an argument, backslashes would become slashes.
      cwd: fullPath,
      ignoreInitial: true,
      followSymlinks: false,
      atomic: false,
    });
    // It would list the folder and stat every file at each event; we read it ourselves, once.
    watcher._readdirp = () => undefined;
    let setReady = () => {};
    const ready = new Promise<void>((resolve) => (setReady = resolve));
    const mine = { watcher, ready, setReady };
    watcher.on('raw', (_event, name, details) => {
      // Without it the folder was polled, as CHOKIDAR_USEPOLLING asks for: any name may be meant.
      const { watchedPath } = details as { watchedPath?: string };
      // It was gone in the moment between: chokidar then waits for it in the folder above.
      if (watchedPath !== undefined && watchedPath !== fullPath) return void close(path, mine);
      onEvent(path, watchedPath === undefined ? undefined : name || undefined);
    });
    watcher.on('ready', setReady);
    watcher.on('error', (error) => {
      if (!hasErrno(error, 'EACCES', 'EPERM')) trouble ??= explainTrouble(error);
      void close(path, mine);
    });
    watcher.add('.');
    return mine;
  }

  function close(path: string, mine = watched.get(path)): Promise<void> {
    if (!mine) return Promise.resolve();
    if (watched.get(path) === mine) watched.delete(path);
    mine.setReady();
    const closing = mine.watcher.close();
    mine.watcher.on('error', () => {}); // closing took all listeners away, and a late error would be thrown
    return closing;
  }

  return {
    async add(path, fullPath) {
      let mine = watched.get(path);
      if (!mine && !trouble && existsSync(fullPath)) watched.set(path, (mine = start(path, fullPath)));
      await mine?.ready;
    },
    remove: (path) => void close(path),
    trouble: () => trouble,
    retry: () => (trouble = undefined),
    async close() {
      await Promise.all([...watched.keys()].map((path) => close(path)));
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
