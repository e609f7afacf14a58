/** Every step from an empty file to the tables of today, in order, by hand. Steps are added, never changed. */
import type { Migration } from '../migrate.js';
import { firstTables } from './0001-first-tables.js';
import { ownedKeys } from './0002-owned-keys.js';
import { withdrawnFiles } from './0003-withdrawn-files.js';
import { webhooks } from './0004-webhooks.js';
import { clips } from './0005-clips.js';
import { folders } from './0006-folders.js';
import { sharedClips } from './0007-shared-clips.js';
import { shareControls } from './0008-share-controls.js';

export const migrations: readonly Migration[] = [
  firstTables,
  ownedKeys,
  withdrawnFiles,
  webhooks,
  clips,
  folders,
  sharedClips,
  shareControls,
];
