/** From a media file and its shares to the flat row that lists print. Pure. */
import { createHash } from 'node:crypto';
import type { MediaFile } from '../../library/model.js';
import type { Progress } from '../../render/model.js';
import type { Share, Visibility } from '../../share/model.js';
import type { Links } from '../links.js';
import { durationTime, fileSize, timeLeft } from './wording.js';

export interface Row {
  file: MediaFile;
  /** At most one of each visibility. */
  shares: Share[];
  progress?: Progress | undefined;
  hasPoster: boolean;
}

export interface RowLinks {
  onPage: Links;
  absolute: Links;
}

type Status = 'ready' | 'preparing' | 'waiting' | 'failed' | 'missing';

const STATUS_TEXT: Record<Status, string> = {
  ready: 'Ready',
  preparing: 'Reading the file',
  waiting: 'Waiting for its turn',
  failed: 'Cannot be played',
  missing: 'Not in its place',
};

const VISIBILITIES: readonly Visibility[] = ['public', 'private'];

/** For whom a link is, is said wherever one stands. */
const LINK_WORDS: Record<Visibility, { audience: string; label: string; stopText: string }> = {
  public: { audience: 'For anyone', label: 'Link to', stopText: 'Stop sharing' },
  private: { audience: 'For members', label: 'Private address of', stopText: 'Stop link' },
};
const OFFER_WORDS: Record<Visibility, { text: string; of: string; hint: string }> = {
  public: { text: 'Share', of: '', hint: 'Anyone with the link can watch' },
  private: { text: 'Private link', of: 'to ', hint: 'Only members can watch, after signing in' },
};

/** Rows with the same version look the same, so that the page's script leaves them alone. */
export function viewRow(row: Row, links: RowLinks) {
  return withVersion(viewFacts(row, links));
}

function viewFacts(row: Row, { onPage, absolute }: RowLinks) {
  const { file, shares, progress } = row;
  const status = statusOf(file);
  return {
    id: file.id,
    name: file.displayName,
    isAudio: file.mediaType === 'audio',
    status,
    statusText: STATUS_TEXT[status],
    facts: [fileSize(file.sizeBytes), folderOf(file.path)].filter(Boolean).join(' · '),
    durationText: file.durationSeconds ? durationTime(file.durationSeconds) : '',
    error: status === 'failed' ? (file.error ?? 'The file could not be read.') : failedRendering(progress),
    posterPath: row.hasPoster ? onPage.previewPosterUrl(file) : undefined,
    ...(status === 'ready' ? viewProgress(progress) : {}),
    path: onPage.to(`/files/${file.id}`),
    retryAction: status === 'failed' ? onPage.to(`/files/${file.id}/retry`) : undefined,
    canShare: status !== 'failed',
    shareAction: onPage.to(`/files/${file.id}/share`),
    links: shares.map((share) => ({
      ...LINK_WORDS[share.visibility],
      url: absolute.shareUrl(share),
      path: onPage.shareUrl(share),
      editPath: onPage.to(`/shares/${share.id}`),
      stopAction: onPage.to(`/shares/${share.id}/stop`),
    })),
    offers: VISIBILITIES.filter((visibility) => !shares.some((share) => share.visibility === visibility)).map(
      (visibility) => ({
        visibility,
        isMain: visibility === 'public' && shares.length === 0,
        ...OFFER_WORDS[visibility],
      }),
    ),
  };
}

function statusOf(file: MediaFile): Status {
  if (file.state === 'failed') return 'failed';
  if (file.goneAtMs !== undefined) return 'missing';
  if (file.state === 'published') return 'ready';
  return file.state === 'pending' ? 'waiting' : 'preparing';
}

/** Playable already; this is about the other qualities, which make it play everywhere. */
function viewProgress(progress: Progress | undefined): { percent?: number; progressText?: string } {
  if (!progress || progress.state === 'complete' || progress.state === 'failed') return {};
  const percent = Math.min(99, Math.floor(progress.fraction * 100));
  if (progress.state === 'paused') {
    return { percent, progressText: `Paused: ${progress.reason ?? 'waiting for space'}` };
  }
  const left = progress.secondsLeft === undefined ? '' : `, ${timeLeft(progress.secondsLeft)}`;
  return { percent, progressText: `Making other qualities: ${percent} %${left}` };
}

function failedRendering(progress: Progress | undefined): string | undefined {
  return progress?.state === 'failed' ? (progress.reason ?? 'A quality could not be made.') : undefined;
}

function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

function withVersion<T extends object>(item: T): T & { version: string } {
  const version = createHash('sha1').update(JSON.stringify(item)).digest('base64url').slice(0, 12);
  return { ...item, version };
}
