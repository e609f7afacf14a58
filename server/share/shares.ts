/**
 * Who may see what: a share is a link to one media file or one clip. Promises that a removed share is refused by
 * the next read in this process, and that `create` never gives one of them two links of one visibility.
 */
import { createRowCache, rows, type Database, type Tx } from '../../storage/database/index.js';
import type { Clock } from '../base/clock.js';
import { AppError } from '../base/errors.js';
import { createId } from '../base/ids.js';
import type { Log } from '../base/log.js';
import type { LibraryReader } from '../library/model.js';
import { checkControls, endingOf, withControls } from './controls.js';
import { checkTexts } from './limits.js';
import type { Share, ShareChange, ShareDraft, ShareKey, Shares } from './model.js';
import { createPlays } from './plays.js';

const SHARES_KEPT = 5000;

type Kept = ReturnType<typeof createRowCache<Share>>;

export interface SharesOptions {
  db: Database;
  library: Pick<LibraryReader, 'get' | 'onChange'>;
  /** Slow hashes. */
  passwords: {
    hash(password: string): Promise<string>;
    isRight(password: string, hash: string | undefined): Promise<boolean>;
  };
  clock: Clock;
  log: Log;
}

export function createShares({ db, library, passwords, clock, log }: SharesOptions): Shares {
  const kept = keep(rows.shares.find);
  const shown = keep(rows.shares.findShown);

  /** Rows are shared by all who ask. */
  function keep(find: typeof rows.shares.find): Kept {
    return createRowCache<Share>({
      maxSize: SHARES_KEPT,
      load: async (id) => {
        const share = await find(db.knex, id);
        return share && Object.freeze(share);
      },
    });
  }

  function drop(id: string): void {
    kept.drop(id);
    shown.drop(id);
  }

  function dropWhere(isSo: (share: Share) => boolean): void {
    for (const cache of [kept, shown]) cache.dropWhere(isSo);
  }

  const plays = createPlays({ db, clock, log, onWritten: (ids) => ids.forEach(drop) });
  const hashOf = async (password: string | null | undefined) =>
    typeof password === 'string' ? passwords.hash(password) : undefined;

  // A removed file's shares are gone for good, also when it is restored before anybody asked for them.
  library.onChange((fileId) => dropWhere((share) => share.fileId === fileId));

  async function read(cache: Kept, id: string): Promise<Share | undefined> {
    const share = await cache.get(id);
    if (!share || (await library.get(share.fileId))) return share;
    // The library moves and removes shares together with their file's record.
    drop(id);
    return cache.get(id);
  }

  const endingAt: Shares['endingOf'] = (share, visitor) =>
    endingOf(share, plays.isUsedUp(share, visitor), clock.now());

  /** What is in the way: one that opens nothing any more gives way. Errors: 'conflict'. */
  async function makeRoom(tx: Tx, share: Share): Promise<void> {
    const { fileId, segment, visibility } = share;
    const active = await rows.shares.findActive(tx, { fileId, segmentId: segment?.id }, visibility);
    if (!active) return;
    if (!endingAt(active)) {
      const what = segment ? 'segment' : 'file';
      throw new AppError('conflict', `This ${what} has an active ${visibility} share already: ${active.id}.`);
    }
    await rows.shares.remove(tx, active.id);
    drop(active.id);
  }

  return {
    plays,

    async create({ fileId, segmentId, visibility = 'public', linkPreview = 'none', ...rest }) {
      checkTexts(rest);
      const controls = checkControls(rest, { visibility, nowMs: clock.now() });
      const passwordHash = await hashOf(controls.password);
      const { title, description, metadata } = rest;
      const plain: Share = {
        id: createId(),
        fileId,
        // No text is no title: the file's name stands there then.
        title: title || undefined,
        description: description || undefined,
        metadata,
        visibility,
        linkPreview,
        epoch: 1,
        createdAtMs: clock.now(),
        hasPassword: passwordHash !== undefined,
        viewCount: 0,
        isStreamOnly: false,
      };
      const draft = withControls(plain, controls);
      const share = await db.transaction(async (tx) => {
        const segment = await findAsset(tx, { fileId, segmentId });
        const whole = { ...draft, ...(segment ? { segment } : {}) };
        await makeRoom(tx, whole);
        await rows.shares.insert(tx, whole);
        if (passwordHash !== undefined) await rows.shares.setPasswordHash(tx, whole.id, passwordHash);
        return whole;
      });
      log.info({ shareId: share.id, fileId, segmentId }, 'file shared');
      return share;
    },

    get: (id) => read(kept, id),

    getForStranger: (id) => read(shown, id),

    async walk({ limit, ...query }) {
      // What ended by views a moment ago is among the ended.
      await plays.flush();
      const found = await rows.shares.walk(db.knex, { ...query, limit: limit + 1, nowMs: clock.now() });
      const isBackwards = query.from?.isBackwards ?? false;
      const hasMore = found.length > limit;
      const shares = isBackwards ? found.slice(-limit) : found.slice(0, limit);
      const [first, last] = [shares[0], shares.at(-1)];
      return {
        shares,
        ...(first && (isBackwards ? hasMore : query.from) ? { previous: keyOf(first) } : {}),
        ...(last && (isBackwards || hasMore) ? { next: keyOf(last) } : {}),
      };
    },

    async list(query) {
      const { records, total } = await rows.shares.list(db.knex, query);
      return { shares: records, total };
    },

    ofFiles: (fileIds) => rows.shares.ofFiles(db.knex, fileIds),

    countOfFiles: (fileIds) => rows.shares.countOfFiles(db.knex, fileIds),

    endingOf: endingAt,

    async unlock(id, password) {
      return passwords.isRight(password, await rows.shares.findPasswordHash(db.knex, id));
    },

    async update(id, change) {
      checkTexts(change);
      const before = await rows.shares.find(db.knex, id);
      if (!before) throw noSuchShare();
      const controls = checkControls(change, { visibility: before.visibility, nowMs: clock.now() });
      const { password } = controls;
      const passwordHash = await hashOf(password);
      const share = await db.transaction(async (tx) => {
        const present = await rows.shares.find(tx, id);
        if (!present) throw noSuchShare();
        const changed: Share = withControls(withTexts(present, change), controls);
        if (password !== undefined) {
          await rows.shares.setPasswordHash(tx, id, passwordHash);
          changed.hasPassword = passwordHash !== undefined;
          if (passwordHash !== undefined) changed.epoch += 1;
        }
        await rows.shares.update(tx, changed);
        return changed;
      });
      drop(id);
      return share;
    },

    async reissue(id) {
      const next = { id: createId(), createdAtMs: clock.now() };
      const share = await db.transaction(async (tx) => {
        const present = await rows.shares.find(tx, id);
        if (!present) throw noSuchShare();
        await rows.shares.rename(tx, id, { ...next, epoch: present.epoch + 1 });
        return (await rows.shares.find(tx, next.id))!;
      });
      drop(id);
      log.info({ shareId: share.id, before: id }, 'share has a new link');
      return share;
    },

    async remove(id) {
      if (!(await db.transaction((tx) => rows.shares.remove(tx, id)))) throw noSuchShare();
      drop(id);
      log.info({ shareId: id }, 'share removed');
    },

    forgetRead() {
      dropWhere((share) => share.segment !== undefined);
    },

    close: () => plays.flush(),
  };
}

/** The clip, where one is meant. Errors: 'not-found'. */
async function findAsset(
  tx: Tx,
  { fileId, segmentId }: Pick<ShareDraft, 'fileId' | 'segmentId'>,
): Promise<Share['segment']> {
  const file = await rows.mediaFiles.find(tx, fileId);
  // One that was removed while its source stayed must not come back with a link that nobody knows of.
  if (!file || file.withdrawnAtMs !== undefined) {
    throw new AppError('not-found', 'There is no such file.');
  }
  if (segmentId === undefined) return undefined;
  const clip = await rows.clips.find(tx, segmentId);
  if (clip?.fileId !== fileId) throw new AppError('not-found', 'There is no such segment of this file.');
  return { id: clip.id, startSeconds: clip.startSeconds, endSeconds: clip.endSeconds };
}

const keyOf = ({ createdAtMs, id }: Share): ShareKey => [createdAtMs, id];

/** null and no text clear, absence keeps. */
function withTexts(share: Share, change: ShareChange): Share {
  const { title, description, metadata, linkPreview } = change;
  return {
    ...share,
    ...(title === undefined ? {} : { title: title || undefined }),
    ...(description === undefined ? {} : { description: description || undefined }),
    ...(metadata === undefined ? {} : { metadata: metadata ?? undefined }),
    ...(linkPreview === undefined ? {} : { linkPreview }),
  };
}

function noSuchShare(): AppError {
  return new AppError('not-found', 'There is no such share.');
}
