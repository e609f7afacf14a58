/**
 * The grammar of the URLs that carry a token, and nothing else: one spelling per thing, so that no request
 * can name what the guard did not look at. Pure; knows neither tokens' contents nor what exists.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ClipInit } from '../media/clip/index.js';
import type { Audience } from '../sign/model.js';

export type Wanted =
  | { kind: 'multivariant' }
  | { kind: 'playlist' | 'captions'; renditionId: string }
  | { kind: 'init'; renditionId: string; which: ClipInit }
  | { kind: 'segment'; renditionId: string; n: number }
  | { kind: 'poster' | 'frame' }
  | { kind: 'companion'; name: CompanionFile }
  | { kind: 'original' };

/** What a player asks for beside the stream, by its name in the address. */
export const COMPANION_FILES = [
  'storyboard.vtt',
  'storyboard.jpg',
  'waveform.json',
  'chapters.vtt',
  'unfurl.mp4',
] as const;
export type CompanionFile = (typeof COMPANION_FILES)[number];

export interface StreamPath {
  audience: Audience;
  token: string;
  wanted: Wanted;
}

/** One who delivers what such an address names; answers in any case, never throws. */
export type Answer = (req: IncomingMessage, res: ServerResponse, path: StreamPath) => void;

const MAX_LENGTH = 1024;
const STREAM = /^\/(hls|media|download)\/([A-Za-z0-9._~-]{16,200})\/([^?]+)(?:\?|$)/;
const IN_RENDITION =
  /^([a-z][a-z0-9]{0,15})\/(?:(index\.m3u8)|(init|head|tail)\.mp4|(0\.vtt)|(0|[1-9][0-9]{0,6})\.m4s)$/;
const MEDIA = new Map<string, Wanted>([
  ['poster.jpg', { kind: 'poster' }],
  ['frame.jpg', { kind: 'frame' }],
  ...COMPANION_FILES.map((name): [string, Wanted] => [name, { kind: 'companion', name }]),
]);
/** RFC 3986 3.3 pchar, upper-case hex only. */
const SEGMENT = /^(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-F]{2})+$/;
/** Characters that need no encoding are spelt plainly (RFC 3986 6.2.2.2); separators and controls never pass. */
const FORBIDDEN_ESCAPE = /%(?:2[DEF]|3[0-9]|4[1-9A-F]|5[0-9A]|5C|5F|6[1-9A-F]|7[0-9AEF]|[01][0-9A-F])/;

/** True for a target that only this grammar may answer; everything else belongs to the web app. */
export function isStreamPath(target: string): boolean {
  return target.startsWith('/hls/') || target.startsWith('/media/') || target.startsWith('/download/');
}

/** `target` is the raw request target, e.g. `/hls/<token>/v480/3.m4s`; a query is allowed and means nothing. */
export function parseStreamPath(target: string): StreamPath | undefined {
  if (target.length > MAX_LENGTH) return undefined;
  const match = STREAM.exec(target);
  if (!match) return undefined;
  const [, audience, token, rest] = match as unknown as [string, Audience, string, string];
  const wanted = parseWanted(audience, rest);
  return wanted && { audience, token, wanted };
}

function parseWanted(audience: Audience, rest: string): Wanted | undefined {
  if (audience === 'media') return MEDIA.get(rest);
  if (audience === 'download') return isFilename(rest) ? { kind: 'original' } : undefined;
  if (rest === 'master.m3u8') return { kind: 'multivariant' };
  const match = IN_RENDITION.exec(rest);
  if (!match) return undefined;
  const renditionId = match[1]!;
  if (match[5] !== undefined) return { kind: 'segment', renditionId, n: Number(match[5]) };
  const init = match[3];
  if (init !== undefined) {
    return { kind: 'init', renditionId, which: init === 'head' || init === 'tail' ? init : 'parent' };
  }
  return { kind: match[2] ? 'playlist' : 'captions', renditionId };
}

function isFilename(text: string): boolean {
  if (!SEGMENT.test(text) || FORBIDDEN_ESCAPE.test(text) || text === '.' || text === '..') return false;
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
