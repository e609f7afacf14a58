/**
 * The one file that knows every module: builds each, hands each what it needs, starts them from the ground
 * up and ends them the other way round.
 */
import { access, constants, mkdir } from 'node:fs/promises';
import { claimDataDir, databaseFile, openDatabase } from '../storage/database/index.js';
import { loadSigningKeys } from '../storage/secrets.js';
import { createSegmentStore } from '../storage/segments/index.js';
import { createAuth, createPasswords } from './auth/index.js';
import { createClips } from './clips/index.js';
import { createCloser } from './base/closer.js';
import { systemClock, type Clock } from './base/clock.js';
import type { Config, Settings } from './base/config.js';
import { AppError } from './base/errors.js';
import { createExec } from './base/exec.js';
import type { Log } from './base/log.js';
import { createIngest } from './ingest/index.js';
import { createLibrary, createRemoval, createUploads } from './library/index.js';
import { openIndex } from './media/index/index.js';
import { makePlan, recipeOf } from './media/make-plan.js';
import { createProber } from './media/probe/index.js';
import { inspectStructure } from './media/structure/index.js';
import { createEngine } from './render/index.js';
import { createClipSweep, createShares } from './share/index.js';
import { createSigner } from './sign/index.js';
import { createWeb } from './web/index.js';
import { createWebhooks } from './webhooks/index.js';

export interface App {
  /** Resolves once requests are answered; the first scan of the media dir goes on behind. */
  start(): Promise<Started>;
  /** Resolves when every child, watcher, socket and file is really closed. */
  close(): Promise<void>;
}

export interface Started {
  port: number;
  /** Path of the one-time set-up page, until the first member exists. */
  setupPath?: string;
  /** The first API key, only on the very first start. */
  firstApiKey?: string;
}

/** Errors: AppError with one sentence for the operator when a folder, the database or ffmpeg is not usable. */
export async function createApp(
  { settings, secrets }: Config,
  { log, clock = systemClock }: { log: Log; clock?: Clock },
): Promise<App> {
  const closer = createCloser({ log });
  try {
    return await build();
  } catch (error) {
    await closer.close();
    throw error;
  }

  async function build(): Promise<App> {
    await ensureFolders(settings);
    const claim = await claimDataDir(settings.dataDir);
    closer.add('data dir', () => claim.release());
    const exec = createExec({ log });
    await ensureFfmpeg();

    const db = await openDatabase({ file: databaseFile(settings), log });
    closer.add('database', () => db.close());
    const keys = await loadSigningKeys({ dataDir: settings.dataDir, given: secrets.signingSecret, log });
    const signer = createSigner({ keys, clock });

    const store = createSegmentStore({ dataDir: settings.dataDir, log });
    const engine = createEngine({
      store,
      exec,
      openIndex,
      clock,
      log: log.child({ part: 'render' }),
      settings: {
        concurrency: settings.renderConcurrency,
        niceness: settings.renderNice,
        minFreeBytes: settings.minFreeBytes,
      },
    });
    closer.add('engine', () => engine.close());

    const webhooks = createWebhooks({ db, settings, clock, log: log.child({ part: 'webhooks' }) });
    closer.add('webhooks', () => webhooks.close());
    const library = createLibrary({
      db,
      mediaDir: settings.mediaDir,
      clock,
      log,
      witness: (tx, transitions) => webhooks.witness(tx, transitions),
    });
    library.onChange(() => webhooks.wake());
    const shares = createShares({ db, library, passwords: createPasswords(), clock, log });
    closer.add('shares', () => shares.close());
    const auth = createAuth({
      db,
      clock,
      log,
      ...(settings.adminUsername && secrets.adminPassword
        ? { admin: { username: settings.adminUsername, password: secrets.adminPassword } }
        : {}),
      ...(secrets.apiKey ? { apiKey: secrets.apiKey } : {}),
      isHttps: settings.baseUrl?.startsWith('https:') ?? false,
    });
    closer.add('auth', () => auth.close());

    const prober = createProber({ exec });
    const clips = createClips({
      db,
      library,
      exec,
      onRemoved: () => shares.forgetRead(),
      clock,
      log: log.child({ part: 'clips' }),
    });
    closer.add('clips', () => clips.close());
    const clipSweep = createClipSweep({ db, library, clips: engine.clips, clock, log });
    closer.add('clip sweep', () => clipSweep.close());
    const removal = createRemoval({
      library,
      mediaDir: settings.mediaDir,
      forget: (generationId) => engine.forget(generationId),
      log,
    });
    const uploads = createUploads({
      library,
      mediaDir: settings.mediaDir,
      minFreeBytes: settings.minFreeBytes,
      prober,
      inspect: inspectStructure,
      onKept: (id) => ingest.take(id),
      clock,
      log,
    });
    closer.add('uploads', () => Promise.resolve(uploads.close()));
    const ingest = createIngest({
      library,
      prober,
      openIndex,
      makePlan,
      recipe: recipeOf({ heights: settings.ladder, segmentSeconds: settings.segmentSeconds }),
      engine,
      settings,
      clock,
      log: log.child({ part: 'ingest' }),
    });
    const web = createWeb({
      settings,
      library,
      removal,
      uploads,
      take: (id) => ingest.take(id),
      retry: (id) => ingest.retry(id),
      clips,
      engine,
      shares,
      webhooks,
      signer,
      auth,
      ingestStatus: () => ingest.status(),
      renderedBytes: () => store.usedBytes(),
      acceptLoss: () => ingest.acceptLoss(),
      readiness: () => readiness(),
      clock,
      log: log.child({ part: 'web' }),
    });

    async function readiness() {
      const status = ingest.status();
      const checks = {
        database: await answers(() => db.ping()),
        mediaDir: await answers(() => access(settings.mediaDir, constants.R_OK | constants.X_OK)),
        firstScan: status.firstScanDone,
      };
      // Sentences for the operator name folders: they are for the log and for who has signed in.
      const { warning: _warning, reason: _reason, ...watcher } = status;
      return { ready: Object.values(checks).every(Boolean), checks: { ...checks, watcher } };
    }

    async function ensureFfmpeg() {
      for (const tool of ['ffmpeg', 'ffprobe']) {
        await exec.run(tool, ['-version'], { timeoutMs: 15_000 }).catch((cause: unknown) => {
          throw new AppError(
            'not-found',
            `${tool} could not be started. Install ffmpeg 5.1 or newer (on Debian and Ubuntu: apt-get install ffmpeg).`,
            { cause },
          );
        });
      }
    }

    return {
      async start() {
        await auth.start();
        await engine.start();
        await uploads.start();
        await clips.start();
        clipSweep.start();
        webhooks.start();
        const { port } = await web.listen();
        closer.add('web', () => web.close());
        void prober.warm();
        await ingest.start();
        closer.add('ingest', () => ingest.close());
        const setupToken = await auth.setup.begin();
        const firstApiKey = secrets.apiKey ? undefined : await auth.keys.ensureFirst();
        return {
          port,
          ...(setupToken ? { setupPath: `/setup/${setupToken}` } : {}),
          ...(firstApiKey ? { firstApiKey } : {}),
        };
      },
      close: () => closer.close(),
    };
  }
}

async function ensureFolders(settings: Settings): Promise<void> {
  const folders = [
    ['MEDIA_DIR', settings.mediaDir, constants.R_OK | constants.X_OK],
    ['DATA_DIR', settings.dataDir, constants.R_OK | constants.W_OK | constants.X_OK],
  ] as const;
  for (const [name, folder, mode] of folders) {
    try {
      await mkdir(folder, { recursive: true });
      await access(folder, mode);
    } catch (cause) {
      throw new AppError(
        'invalid',
        `${name} (${folder}) cannot be used: ${(cause as Error).message}. Make the folder, or give this user access to it.`,
        { cause },
      );
    }
  }
}

async function answers(check: () => Promise<unknown>): Promise<boolean> {
  return check().then(
    () => true,
    () => false,
  );
}
