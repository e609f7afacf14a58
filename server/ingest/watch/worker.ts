/** The thread that watches and reads the media dir. It knows names and numbers of files, no records. */
import { parentPort, workerData } from 'node:worker_threads';
import { performance } from 'node:perf_hooks';
import { createFolderReader } from './folder-reader.js';
import { createFolderWatch } from './folder-watch.js';
import { createMarks } from './marks.js';
import type { FromWorker, ToWorker } from './model.js';
import { createScanner } from './scanner.js';
import { createTree, nameOf, parentOf, seenAt, toListing } from './tree.js';
import type { Difference, SeenFile } from './model.js';

/** The main thread takes so many in one turn without keeping others waiting. */
const DIFFERENCES_PER_MESSAGE = 250;
/** The same trouble is told once, and not of more places than anyone would read. */
const NOTICES = 1000;

run(parentPort!, (workerData as { root: string }).root);

function run(port: NonNullable<typeof parentPort>, root: string): void {
  const post = (message: FromWorker) => port.postMessage(message);
  const tree = createTree();
  const seed = createSeed();
  const noticed = new Set<string>();
  let goOn: (() => void) | undefined;
  let toldTrouble: string | undefined;

  const marks = createMarks({ onDue: () => void readMarked() });
  const watch = createFolderWatch((folder, name) => marks.add(folder, name));
  const reader = createFolderReader({ root, onNotice: notice });
  const scanner = createScanner({ root, tree, reader, watch, marks, tell });

  async function tell(differences: Difference[]): Promise<void> {
    for (let at = 0; at < differences.length; at += DIFFERENCES_PER_MESSAGE) {
      const portion = differences.slice(at, at + DIFFERENCES_PER_MESSAGE);
      const taken = new Promise<void>((resolve) => (goOn = resolve));
      post({ type: 'differences', differences: portion, counts: tree.counts() });
      await taken;
    }
  }

  async function scan(request: number): Promise<void> {
    const startMs = performance.now();
    const report = await scanner.scan();
    tellWatching();
    const tookMs = performance.now() - startMs;
    post({ type: 'scanned', request, root: report, counts: tree.counts(), tookMs });
  }

  async function readMarked(): Promise<void> {
    await scanner.readMarked();
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

  /** Gathers what is on record, in any order, until it can be put into the tree folder by folder. */
  function createSeed() {
    const folders = new Map<string, { name: string; seen: SeenFile }[]>();
    return {
      add(paths: string[], numbers: Float64Array) {
        const listing = { names: paths, numbers };
        paths.forEach((path, at) => {
          const file = { name: nameOf(path), seen: seenAt(listing, at) };
          const files = folders.get(parentOf(path));
          if (files) files.push(file);
          else folders.set(parentOf(path), [file]);
        });
      },
      plant() {
        for (const [path, files] of folders) tree.setListing(tree.ensureFolder(path, path), toListing(files));
        folders.clear();
      },
    };
  }

  async function receive(message: ToWorker): Promise<void> {
    if (message.type === 'known') {
      seed.add(message.paths, message.numbers);
      if (message.isLast) seed.plant();
    }
    if (message.type === 'scan') await scan(message.request);
    if (message.type === 'forget') for (const path of message.paths) tree.setFile(path, undefined);
    if (message.type === 'go-on') goOn?.();
    if (message.type === 'close') {
      marks.close();
      await watch.close();
      port.close();
    }
  }

  // A fault here ends the thread, which the main thread notices and starts another.
  port.on('message', (message: ToWorker) => void receive(message));
}
