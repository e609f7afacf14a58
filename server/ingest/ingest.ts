/**
 * From files that appear in a folder to media that can be played: watch → settle → identify → admit → sweep.
 * This file only ties them together; each says of itself what it does.
 */
import { mkdir, realpath } from 'node:fs/promises';
import type { Clock } from '../base/clock.js';
import { AppError, messageOf } from '../base/errors.js';
import type { Log } from '../base/log.js';
import type { Library } from '../library/model.js';
import { inspectStructure } from '../media/structure/index.js';
import type { Engine } from '../render/model.js';
import { createAdmission, type Admission } from './admission.js';
import { createArrivals } from './arrivals.js';
import { createDepartures, type Departures } from './departures.js';
import { createFingerprint } from './fingerprint.js';
import { createLane } from './lane.js';
import type { RootState } from './loss.js';
import type { ProbeParts } from './probe-file.js';
import { createRefill } from './refill.js';
import { createRenewal } from './renewal.js';
import { createApplyRenames, type Rename } from './renames.js';
import { pickSignature } from './signature.js';
import { toSource } from './source.js';
import { createSweep } from './sweep.js';
import { createUnreadable } from './unreadable.js';
import { createWaitingRoom } from './waiting-room.js';
import { createWatch, type Difference, type Thread, type Watch, type WatchStatus } from './watch/index.js';

export interface IngestSettings {
  mediaDir: string;
  settleMs: number;
  rescanSeconds?: number | undefined;
  ladder?: number[] | undefined;
  segmentSeconds: number;
}

export interface WatcherStatus extends WatchStatus {
  firstScanDone: boolean;
  /** Files that are still being written, or may be. */
  settling: number;
  rootState: RootState;
  /** One sentence for the operator; with any other rootState than ok. */
  warning?: string;
}

export interface Ingest {
  /** Resolves once the media dir is being watched; its first scan goes on behind. Errors: 'invalid'. */
  start(): Promise<void>;
  /** Resolves when nothing is watched, probed or written any more. */
  close(): Promise<void>;
  status(): WatcherStatus;
  /** Reads the whole media dir anew. */
  rescan(): Promise<void>;
  /** This file is whole and in its place: it is probed next. Does nothing while nothing is watched. */
  take(fileId: string): void;
  /** Tries a failed file once more. Errors: 'not-found'. */
  retry(fileId: string): Promise<void>;
  /** What is missed now was deleted on purpose, however much it is. */
  acceptLoss(): Promise<void>;
}

/** An incomplete file that nobody has written to for so long will not become complete. */
const GIVE_UP_MS = 60_000;

export function createIngest(options: {
  library: Library;
  prober: ProbeParts['prober'];
  openIndex: ProbeParts['openIndex'];
  makePlan: ProbeParts['makePlan'];
  /** Version of what `makePlan` plans; published files of another are planned anew after a start. */
  recipe: string;
  engine: Pick<Engine, 'fill' | 'forget' | 'progress'>;
  settings: IngestSettings;
  /** What watches and reads the media dir; a thread of its own unless told otherwise. */
  startThread?: (root: string) => Thread;
  clock: Clock;
  log: Log;
}): Ingest {
  let running: ReturnType<typeof run> | undefined;
  const ready = (): ReturnType<typeof run> => {
    if (!running) throw new AppError('busy', 'The media folder is not being watched yet.');
    return running;
  };
  return {
    async start() {
      running = run(options, await ensureFolder(options.settings.mediaDir));
    },
    close: async () => running?.close(),
    status: () => running?.status() ?? NOT_STARTED,
    rescan: () => ready().watch.rescan(),
    take: (fileId) => running?.take(fileId),
    retry: (fileId) => ready().retry(fileId),
    acceptLoss: () => ready().departures.accept(),
  };
}

const NOT_STARTED: WatcherStatus = {
  watcher: 'starting',
  files: 0,
  folders: 0,
  firstScanDone: false,
  settling: 0,
  rootState: 'ok',
};

/** `root` is the real path of the media dir. */
function run(options: Parameters<typeof createIngest>[0], root: string) {
  const { library, prober, openIndex, makePlan, recipe, engine, settings, clock, log } = options;
  const { ladder, segmentSeconds, settleMs, rescanSeconds } = settings;
  const lane = createLane();
  const fingerprint = createFingerprint();
  let firstScanDone = false;

  const sweep = createSweep({ library, engine, clock, log });
  const parts: ProbeParts = { prober, openIndex, makePlan, settings: { ladder, segmentSeconds }, clock };
  const renewal = createRenewal({
    ...{ library, engine, parts, recipe, root, log },
    onOrphaned: sweep.replaced,
  });
  const refill = createRefill({ library, engine, renewal, clock, log });
  const departures: Departures = createDepartures({ root, library, lane, onMerged, clock, log });
  const waitingRoom = createWaitingRoom({
    mediaDir: root,
    rules: { settleMs, giveUpMs: GIVE_UP_MS },
    inspect: inspectStructure,
    trustsTimes: () => watch.isLocal(),
    onSettled: (settled) => arrivals.add(settled),
    clock,
    log,
  });
  const admission: Admission = createAdmission({
    library,
    engine,
    parts,
    fingerprint,
    root,
    onUnsettled: (path, signature) => waitingRoom.put(path, signature, 'found'),
    onOrphaned: sweep.replaced,
    onFailed: (id, detail) => unreadable.notice(id, detail),
    onFingerprint: departures.joinOriginals,
    log,
  });
  const unreadable = createUnreadable({ library, root, onReadable: retry, clock, log });
  const arrivals = createArrivals({
    root,
    library,
    lane,
    departures,
    admission,
    fingerprint,
    onRestored: fillAgain,
    onOrphaned: sweep.replaced,
    onFailed: (paths) => watch.forget(paths),
    log,
  });
  const applyRenames = createApplyRenames({ library, admission, departures, onOrphaned: sweep.replaced });
  const watch: Watch = createWatch({
    root,
    rescanSeconds,
    known: () => library.knownPages(),
    onDifferences: takeIn,
    onScanned({ root: report }) {
      firstScanDone = true;
      departures.onScanned(report);
      unreadable.retry().catch((error: unknown) => log.error({ err: error }, 'files could not be retried'));
    },
    ...(options.startThread ? { startThread: options.startThread } : {}),
    clock,
    log,
  });

  async function takeIn(differences: Difference[], isBulk: boolean): Promise<void> {
    const renames: Rename[] = [];
    for (const one of differences) {
      if (one.kind === 'moved') {
        waitingRoom.rename(one.from, one.path);
        renames.push(one);
      } else if (one.kind === 'absent') {
        waitingRoom.drop(one.path);
        departures.add(one.path, one.signature);
      } else if (departures.isBack(one.path, one.signature)) {
        arrivals.add(one); // its probe may have been given up meanwhile
      } else {
        admission.abandon(one.path, one.signature);
        waitingRoom.put(one.path, one.signature, one.arrival);
      }
    }
    if (renames.length > 0) await lane(() => rename(renames));
    if (isBulk) await waitingRoom.mayEnter();
  }

  async function rename(renames: Rename[]): Promise<void> {
    try {
      for (const one of await applyRenames(renames)) waitingRoom.put(one.path, one.signature, 'renamed');
    } catch (error) {
      log.error(
        { err: error, first: renames[0]?.path },
        'renamed files could not be recorded; the next scan tells of them again',
      );
      watch.forget(renames.map(({ path }) => path));
    }
  }

  async function onMerged(keptId: string, orphanedGenerationIds: string[]): Promise<void> {
    sweep.replaced(orphanedGenerationIds);
    admission.push([keptId]);
    await fillAgain(keptId);
  }

  /** Like any change, so that a file of which a part is missing does not get through. */
  async function retry(id: string): Promise<void> {
    const file = await library.get(id);
    if (!file) throw new AppError('not-found', 'There is no such file.');
    admission.wish(id);
    waitingRoom.put(file.path, pickSignature(file), 'found');
  }

  /** Rendering may have stopped while the original was in no place. */
  async function fillAgain(id: string): Promise<void> {
    const { generationId } = (await library.get(id)) ?? {};
    const generation = generationId === undefined ? undefined : await library.generation(generationId);
    if (generation) engine.fill(toSource(library, generation));
  }

  watch.start();
  admission.start();
  unreadable.start();
  refill.start();
  sweep.start();

  return {
    watch,
    departures,
    take: (id: string) => admission.push([id]),
    retry,
    status: (): WatcherStatus => ({
      ...watch.status(),
      firstScanDone,
      settling: waitingRoom.size(),
      ...departures.status(),
    }),
    async close() {
      waitingRoom.close();
      arrivals.close();
      departures.close();
      await Promise.all([
        watch.close(),
        admission.close(),
        refill.close(),
        unreadable.close(),
        sweep.close(),
      ]);
      await lane(() => Promise.resolve());
    },
  };
}

/** Makes the media dir where it is missing; returns its real path. */
async function ensureFolder(mediaDir: string): Promise<string> {
  try {
    await mkdir(mediaDir, { recursive: true });
    return await realpath(mediaDir);
  } catch (cause) {
    throw new AppError(
      'invalid',
      `The media folder ${mediaDir} cannot be used (${messageOf(cause)}). Make it, or give the user that runs this program access to it.`,
      { cause },
    );
  }
}
