/**
 * Every address that we hand out, and the tokens in them. Knows where people reach us (BASE_URL, or the
 * request's own host); whether a link opens anything is the guard's business.
 */
import { AppError } from '../base/errors.js';
import type { Clock } from '../base/clock.js';
import type { Settings } from '../base/config.js';
import type { MediaFile } from '../library/model.js';
import { isForEverybody, type Share, type Window } from '../share/model.js';
import { roundUpToHour, type Claims, type Signer } from '../sign/index.js';
import type { CompanionFile } from './stream-path.js';

type LinkedShare = Pick<Share, 'id' | 'epoch' | 'visibility' | 'hasPassword' | 'maxViews'>;
/** What lies beside the stream; there may be none of a kind for a file, which then is a 404. */
export type MediaName = 'poster.jpg' | CompanionFile;
/** What is saved of a share, and as what. */
interface Saved {
  generationId: string;
  name: string;
  window: Window | undefined;
}
type LinkedFile = Pick<MediaFile, 'id' | 'displayName' | 'generationId'>;

export interface Links {
  /** Scheme and host as people see them plus the path prefix, no slash at the end; '' + prefix on pages. */
  base: string;
  /** `/login` → base + `/login`. */
  to(path: string): string;
  shareUrl(share: Pick<Share, 'id'>): string;
  /** The player alone, for an iframe. */
  embedUrl(share: Pick<Share, 'id'>): string;
  /**
   * For everybody: stays as long as share and content do. Else: lives for twelve hours and on to the next full one,
   * as does the poster's. With a window they open that part and nothing else.
   */
  streamUrl(share: LinkedShare, generationId: string, window: Window | undefined): string;
  /** How long an address of the share that is made now is good for; undefined: for good. */
  streamLifeMs(share: LinkedShare): number | undefined;
  posterUrl(share: LinkedShare, generationId: string, window: Window | undefined): string;
  /** Any of them under the same token, so that one may name another. Lives as long as the stream's. */
  mediaUrl(share: LinkedShare, generationId: string, name: MediaName, window?: Window): string;
  /** The poster for those who only get a preview of a private share: by its address alone, without a token. */
  previewImageUrl(share: Pick<Share, 'id'>): string;
  /** Lives for five minutes. */
  download(share: LinkedShare, saved: Saved): { url: string; expiresAtMs: number };
  /** For signed-in people and API clients, without a share; live for 12 hours. */
  previewStreamUrl(file: LinkedFile): string | undefined;
  /** How long an address of theirs that is made now is good for. */
  previewLifeMs(): number;
  previewPosterUrl(file: LinkedFile): string | undefined;
  previewMediaUrl(file: LinkedFile, name: MediaName): string | undefined;
  /** A small picture of that moment and no other. */
  frameUrl(file: LinkedFile, seconds: number): string | undefined;
  /** Of the file, or a clip of it. */
  previewDownload(
    file: LinkedFile,
    clip?: { window: Window; name: string },
  ): { url: string; expiresAtMs: number } | undefined;
}

export interface LinksOf {
  /** Absolute addresses, for what leaves the page. Errors: 'invalid' for an unusable Host header. */
  (req: { protocol: string; host: string | undefined }): Links;
  /** The same without scheme and host, for what a page of ours loads: works under every name that we have. */
  onPage: Links;
}

const DOWNLOAD_SECONDS = 5 * 60;
const PRIVATE_SECONDS = 12 * 3600;
const HOST = /^(?:[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?$/;
/** Percent-encoded; the whole address must stay within the grammar's bound. */
const FILENAME_BYTES = 700;
const FILENAME_ENDING = 20;

export function createLinks({
  signer,
  clock,
  settings,
}: {
  signer: Pick<Signer, 'mint'>;
  clock: Clock;
  settings: Pick<Settings, 'baseUrl'>;
}): LinksOf {
  const nowSeconds = () => Math.floor(clock.now() / 1000);
  /** Rounded up to the hour, so that one address serves a browser's cache for a while. */
  const privateEnd = () => roundUpToHour(nowSeconds() + PRIVATE_SECONDS);

  function linksAt(base: string): Links {
    const stream = (claims: Omit<Claims, 'audience'>) =>
      `${base}/hls/${signer.mint({ ...claims, audience: 'hls' })}/master.m3u8`;
    const media = (claims: Omit<Claims, 'audience'>, name: MediaName) =>
      `${base}/media/${signer.mint({ ...claims, audience: 'media' })}/${name}`;
    const poster = (claims: Omit<Claims, 'audience'>) => media(claims, 'poster.jpg');
    const download = (claims: Omit<Claims, 'audience'>, name: string) => {
      const expiresAt = nowSeconds() + DOWNLOAD_SECONDS;
      const token = signer.mint({ ...claims, audience: 'download', expiresAt });
      return { url: `${base}/download/${token}/${encodeFilename(name)}`, expiresAtMs: expiresAt * 1000 };
    };
    const preview = (file: LinkedFile) => file.generationId && forFile(file, file.generationId, privateEnd());
    const claimsOf = (share: LinkedShare, generationId: string, window: Window | undefined) => ({
      ...forShare(share, generationId, isForEverybody(share) ? 0 : privateEnd()),
      ...(window ? { clip: window } : {}),
    });
    return {
      base,
      to: (path) => base + path,
      shareUrl: (share) => `${base}/share/${share.id}`,
      embedUrl: (share) => `${base}/share/${share.id}?layout=minimal`,
      streamUrl: (...asset) => stream(claimsOf(...asset)),
      streamLifeMs: (share) => (isForEverybody(share) ? undefined : privateEnd() * 1000 - clock.now()),
      posterUrl: (...asset) => poster(claimsOf(...asset)),
      mediaUrl: (share, generationId, name, window) => media(claimsOf(share, generationId, window), name),
      previewImageUrl: (share) => `${base}/share/${share.id}/preview.jpg`,
      download: (share, { generationId, name, window }) =>
        download(claimsOf(share, generationId, window), name),
      previewStreamUrl: (file) => optional(preview(file), stream),
      previewLifeMs: () => privateEnd() * 1000 - clock.now(),
      previewPosterUrl: (file) => optional(preview(file), poster),
      previewMediaUrl: (file, name) => optional(preview(file), (claims) => media(claims, name)),
      frameUrl: (file, seconds) =>
        optional(preview(file), (claims) => {
          const startMs = Math.round(seconds * 1000);
          const clip = { startMs, endMs: startMs + 1 };
          return `${base}/media/${signer.mint({ ...claims, audience: 'media', clip })}/frame.jpg`;
        }),
      previewDownload: (file, clip) =>
        optional(preview(file), (claims) =>
          download({ ...claims, ...(clip ? { clip: clip.window } : {}) }, clip?.name ?? file.displayName),
        ),
    };
  }

  const linksOf = (req: { protocol: string; host: string | undefined }) =>
    linksAt(settings.baseUrl ?? originOf(req));
  return Object.assign(linksOf, { onPage: linksAt(prefixOf(settings.baseUrl)) });
}

/** The path of BASE_URL: `/share` of https://example.org/share, '' without one. */
export function prefixOf(baseUrl: string | undefined): string {
  return baseUrl ? new URL(baseUrl).pathname.replace(/\/+$/, '') : '';
}

function originOf(req: { protocol: string; host: string | undefined }): string {
  const host = req.host ?? '';
  if (host.length > 255 || !HOST.test(host)) {
    throw new AppError('invalid', 'The Host header is not a usable host name.');
  }
  return `${req.protocol === 'https' ? 'https' : 'http'}://${host}`;
}

function forShare(share: LinkedShare, generationId: string, expiresAt: number): Omit<Claims, 'audience'> {
  return { subject: 'share', subjectId: share.id, generationId, epoch: share.epoch, expiresAt };
}

function forFile(file: LinkedFile, generationId: string, expiresAt: number): Omit<Claims, 'audience'> {
  return { subject: 'file', subjectId: file.id, generationId, epoch: 0, expiresAt };
}

function optional<T, R>(value: T | '' | undefined, fn: (value: T) => R): R | undefined {
  return value ? fn(value) : undefined;
}

/** The name is only for people's eyes (the guard never reads it), so a long one is shortened, its ending kept. */
function encodeFilename(name: string): string {
  const letters = Array.from(name.replace(/[\p{Cc}\p{Cs}/\\]/gu, '_'), encodeURIComponent);
  const ending = letters.splice(-FILENAME_ENDING);
  let room = FILENAME_BYTES - ending.join('').length;
  const start = letters.filter((letter) => (room -= letter.length) >= 0);
  const encoded = [...start, ...ending].join('');
  return /^\.*$/.test(encoded) ? 'download' : encoded;
}
