/**
 * What the watching thread does: it watches and reads the media dir, and talks through a port. It knows names
 * and numbers of files, no records.
 */
import type { MessagePort } from 'node:worker_threads';
import { performance } from 'node:perf_hooks';
import { createFolderReader } from './folder-reader.js';
import { createFolderWatch } from './folder-watch.js';
import { createMarks } from './marks.js';
import type { Difference, FromWorker, ToWorker } from './model.js';
import { createScanner } from './scanner.js';
import { createSeed } from './seed.js';
import { createTree } from './tree.js';

/** The main thread takes so many in one turn without keeping others waiting. */
const DIFFERENCES_PER_MESSAGE = 250;
/** The same trouble is told once, and not of more places than anyone would read. */
const NOTICES = 1000;

/** `root` is the real path of the media dir. Ends with a fault, which is for the other side to notice. */
export function serveWatch(port: MessagePort, root: string): { close(): Promise<void> } {
  const post = (message: FromWorker) => port.postMessage(message);
  const tree = createTree();
  const seed = createSeed(tree);
  const noticed = new Set<string>();
  const goOn = new Map<boolean, () => void>();
  let toldTrouble: string | undefined;

  const marks = createMarks({ onDue: () => void readMarked() });
  const watch = createFolderWatch((folder, name) => marks.add(folder, name));
  const reader = createFolderReader({ root, onNotice: notice });
  const scanner = createScanner({ root, tree, reader, watch, marks, tell });

  async function tell(differences: Difference[], isBulk: boolean): Promise<void> {
    for (let at = 0; at < differences.length; at += DIFFERENCES_PER_MESSAGE) {
      const portion = differences.slice(at, at + DIFFERENCES_PER_MESSAGE);
      const taken = new Promise<void>((resolve) => goOn.set(isBulk, resolve));
      post({ type: 'differences', isBulk, differences: portion, counts: tree.counts() });
      await taken;
    }
  }

  async function scan(request: number): Promise<void> {
    const startMs = performance.now();
    const report = await scanner.scan();
    tellWatching();
    const tookMs = performance.now() - startMs;
    post({ type: 'scanned', request, root: report, counts: tree.counts(), tookMs });
    await scanner.tellBulk();
  }

  async function readMarked(): Promise<void> {
    if (!(await scanner.readMarked())) return;
    tellWatching();
    if (marks.hasOverflown()) await scan(0);
  }

  function tellWatching() {
    const reason = watch.trouble();
    if (reason === toldTrouble) return;
    toldTrouble = reason;
    post({ type: 'watching', ...(reason === undefined ? {} : { reason }) });
  }

  function notice(message: string, path: string) {
    const key = `${message}\0${path}`;
    if (noticed.has(key) || noticed.size >= NOTICES) return;
    noticed.add(key);
    post({ type: 'notice', message, path });
  }

  async function receive(message: ToWorker): Promise<void> {
    if (message.type === 'known') seed.add(message.paths, message.numbers);
    if (message.type === 'scan') {
      seed.plant();
      await scan(message.request);
    }
    if (message.type === 'forget') for (const path of message.paths) tree.setFile(path, undefined);
    if (message.type === 'go-on') goOn.get(message.isBulk)?.();
  }

  port.on('message', (message: ToWorker) => void receive(message));
  return {
    async close() {
      port.close();
      marks.close();
      await watch.close();
    },
  };
}
