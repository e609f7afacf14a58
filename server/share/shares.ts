/**
 * Who may see what: a share is a link to one media file. Promises that a removed share is refused by the next
 * read in this process, and that `create` never gives one file two links of one visibility.
 */
import { createRowCache, rows, type Database, type Tx } from '../../storage/database/index.js';
import type { Clock } from '../base/clock.js';
import { AppError } from '../base/errors.js';
import { createId } from '../base/ids.js';
import type { Log } from '../base/log.js';
import type { LibraryReader } from '../library/model.js';
import { checkTexts } from './limits.js';
import type { Share, Shares, Visibility } from './model.js';

const SHARES_KEPT = 5000;

export interface SharesOptions {
  db: Database;
  library: Pick<LibraryReader, 'get'>;
  clock: Clock;
  log: Log;
}

export function createShares({ db, library, clock, log }: SharesOptions): Shares {
  const kept = createRowCache<Share>({
    maxSize: SHARES_KEPT,
    load: async (id) => {
      const share = await rows.shares.find(db.knex, id);
      return share && Object.freeze(share);
    },
  });

  return {
    async create({ fileId, visibility = 'public', linkPreview = 'none', title, description, metadata }) {
      refusePrivate(visibility);
      checkTexts({ title, description, metadata });
      const share: Share = {
        id: createId(),
        fileId,
        title,
        description,
        metadata,
        visibility,
        linkPreview,
        epoch: 1,
        createdAtMs: clock.now(),
      };
      await db.transaction(async (tx) => {
        await checkMayShare(tx, share);
        await rows.shares.insert(tx, share);
      });
      log.info({ shareId: share.id, fileId }, 'file shared');
      return share;
    },

    async get(id) {
      const share = await kept.get(id);
      if (!share || (await library.get(share.fileId))) return share;
      // The library moves and removes shares together with their file's record.
      kept.drop(id);
      return kept.get(id);
    },

    async list(query) {
      const { records, total } = await rows.shares.list(db.knex, query);
      return { shares: records, total };
    },

    async update(id, change) {
      checkTexts(change);
      const share = await db.transaction(async (tx) => {
        const present = await rows.shares.find(tx, id);
        if (!present) throw noSuchShare();
        const changed = withChange(present, change);
        await rows.shares.update(tx, changed);
        return changed;
      });
      kept.drop(id);
      return share;
    },

    async remove(id) {
      if (!(await db.transaction((tx) => rows.shares.remove(tx, id)))) throw noSuchShare();
      kept.drop(id);
      log.info({ shareId: id }, 'share removed');
    },
  };
}

function refusePrivate(visibility: Visibility): void {
  if (visibility !== 'private') return;
  throw new AppError('not-implemented', 'Private shares are not available in this version; use public.');
}

/** Errors: 'not-found', 'conflict'. */
async function checkMayShare(tx: Tx, { fileId, visibility }: Share): Promise<void> {
  if (!(await rows.mediaFiles.find(tx, fileId))) throw new AppError('not-found', 'There is no such file.');
  const active = await rows.shares.findActive(tx, fileId, visibility);
  if (!active) return;
  throw new AppError('conflict', `This file has an active ${visibility} share already: ${active.id}.`);
}

/** null clears, absence keeps. */
function withChange(share: Share, change: Parameters<Shares['update']>[1]): Share {
  const { title, description, metadata, linkPreview } = change;
  return {
    ...share,
    ...(title === undefined ? {} : { title: title ?? undefined }),
    ...(description === undefined ? {} : { description: description ?? undefined }),
    ...(metadata === undefined ? {} : { metadata: metadata ?? undefined }),
    ...(linkPreview === undefined ? {} : { linkPreview }),
  };
}

function noSuchShare(): AppError {
  return new AppError('not-found', 'There is no such share.');
}
