/** From shares to the flat rows of the page that lists them. Pure. */
import { createHash } from 'node:crypto';
import type { Generation, MediaFile } from '../../library/model.js';
import type { Ending, Share, ShareKey } from '../../share/model.js';
import type { Links } from '../links.js';
import { hasPoster } from '../poster.js';
import { shownTitle } from '../shown-name.js';
import { ASSETS, KINDS, sharesPath, type SharesQuery } from './shares-query.js';
import { calendarDay, calendarMoment, clockTime, durationTime } from './wording.js';

export interface ShareRow {
  share: Share;
  file: MediaFile;
  generation: Generation | undefined;
  views: number;
  ending: Ending | undefined;
}

export interface SharesViewInput {
  query: SharesQuery;
  keys: { previous?: ShareKey; next?: ShareKey };
  rows: ShareRow[];
  done: string | undefined;
  onPage: Links;
  absolute: Links;
  assetsPath: string;
}

const ASSET_TEXT = { file: 'Whole files', clip: 'Clips' } as const;
const KIND_TEXT = {
  public: 'For anyone',
  private: 'For members',
  password: 'With a password',
  ended: 'Ended',
} as const;
const ENDED_TEXT = { expired: 'Expired', 'used-up': 'Used up' } as const;

export function viewShares(input: SharesViewInput) {
  const { query, keys, rows, onPage } = input;
  const { search, asset, kind } = query;
  const isNarrowed = search !== '' || asset !== undefined || kind !== undefined;
  const pathFrom = (key: ShareKey | undefined, isBackwards: boolean) =>
    key && onPage.to(sharesPath({ ...query, from: { key, isBackwards } }));
  return {
    title: 'Shares · Lanternshare',
    area: 'shares',
    assets: input.assetsPath,
    done: input.done,
    herePath: sharesPath(query),
    findAction: onPage.to('/shares'),
    allPath: onPage.to('/shares'),
    homePath: onPage.to('/'),
    revokeAction: onPage.to('/shares/revoke'),
    search,
    assetChoices: choices('Files and clips', ASSETS, ASSET_TEXT, asset),
    kindChoices: choices('All links', KINDS, KIND_TEXT, kind),
    isNarrowed,
    shares: rows.map((row) => withVersion(viewRow(row, input))),
    previousPath: pathFrom(keys.previous, true),
    nextPath: pathFrom(keys.next, false),
  };
}

function choices<T extends string>(
  all: string,
  names: readonly T[],
  texts: Record<T, string>,
  chosen: T | undefined,
) {
  return [
    { value: '', text: all, isChosen: chosen === undefined },
    ...names.map((value) => ({ value, text: texts[value], isChosen: value === chosen })),
  ];
}

function viewRow(row: ShareRow, { onPage, absolute }: Pick<SharesViewInput, 'onPage' | 'absolute'>) {
  const { share, file, ending } = row;
  return {
    id: share.id,
    title: shownTitle(share, file),
    ...viewAsset(row, onPage),
    ...statusOf(row),
    facts: factsOf(row),
    marks: marksOf(share),
    isEnded: ending !== undefined,
    url: absolute.shareUrl(share),
    path: onPage.shareUrl(share),
    editPath: onPage.to(`/shares/${share.id}`),
  };
}

function viewAsset({ share: { segment }, file, generation }: ShareRow, onPage: Links) {
  const seconds = segment ? segment.endSeconds - segment.startSeconds : file.durationSeconds;
  const isAudio = file.mediaType === 'audio';
  const hasPicture = generation !== undefined && hasPoster(generation.info);
  return {
    isAudio,
    durationText: seconds ? durationTime(seconds) : '',
    // A clip of a sound has the cover of all of it; one of a film begins with its first picture.
    posterPath: !hasPicture
      ? undefined
      : segment && !isAudio
        ? onPage.frameUrl(file, segment.startSeconds)
        : onPage.previewPosterUrl(file),
    ofText: segment
      ? `${clockTime(segment.startSeconds)}–${clockTime(segment.endSeconds)} of ${file.displayName}`
      : file.displayName,
    isFailed: file.state === 'failed',
  };
}

function statusOf({ share, file, ending }: ShareRow) {
  if (ending) return { status: 'failed', statusText: ENDED_TEXT[ending] };
  if (file.state === 'failed') return { status: 'failed', statusText: 'Cannot be played' };
  if (file.goneAtMs !== undefined) return { status: 'missing', statusText: 'Not in its place' };
  return share.visibility === 'public'
    ? { status: 'ready', statusText: KIND_TEXT.public }
    : { status: 'preparing', statusText: KIND_TEXT.private };
}

function factsOf({ share, file, views, ending }: ShareRow): string {
  const counted =
    share.maxViews === undefined
      ? `${views.toLocaleString('en')} ${views === 1 ? 'view' : 'views'}`
      : `${views.toLocaleString('en')} of ${share.maxViews.toLocaleString('en')} ${share.maxViews === 1 ? 'view' : 'views'}`;
  const end =
    share.expiresAtMs === undefined
      ? ''
      : `${ending === 'expired' ? 'ended' : 'until'} ${calendarMoment(share.expiresAtMs)} UTC`;
  const isOut = ending !== undefined || file.state === 'failed' || file.goneAtMs !== undefined;
  // Else its status is for whom it is.
  const audience = isOut ? KIND_TEXT[share.visibility].toLowerCase() : '';
  return [counted, end, audience, `made ${calendarDay(share.createdAtMs)}`].filter(Boolean).join(' · ');
}

function marksOf({ hasPassword, isStreamOnly, allowedOrigins }: Share): string[] {
  const sites = allowedOrigins?.length;
  return [
    ...(hasPassword ? ['Password'] : []),
    ...(isStreamOnly ? ['No download'] : []),
    ...(sites === undefined
      ? []
      : [sites === 0 ? 'No embedding' : `Embedded on ${sites === 1 ? '1 site' : `${sites} sites`}`]),
  ];
}

/** Rows with the same version look the same, so that the page's script leaves them alone. */
function withVersion<T extends object>(item: T): T & { version: string } {
  const version = createHash('sha1').update(JSON.stringify(item)).digest('base64url').slice(0, 12);
  return { ...item, version };
}
