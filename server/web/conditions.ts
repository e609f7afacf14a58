/** The conditional headers (RFC 9110 13) that a reader of fixed content may send. Pure. */
import type { IncomingHttpHeaders } from 'node:http';

export interface Validators {
  /** Strong, with its quotes. */
  etag: string;
  lastModifiedMs?: number;
}

/** True when the asker has it already: 304. If-None-Match wins over If-Modified-Since. */
export function isNotModified(headers: IncomingHttpHeaders, { etag, lastModifiedMs }: Validators): boolean {
  const given = headers['if-none-match'];
  if (given !== undefined) {
    if (given === etag) return true;
    if (given.trim() === '*') return true;
    return listTags(given).some((tag) => tag.replace(/^W\//, '') === etag);
  }
  const since = headers['if-modified-since'];
  if (since === undefined || lastModifiedMs === undefined) return false;
  return seconds(lastModifiedMs) <= seconds(Date.parse(since));
}

/** Whether Range still means the same bytes (If-Range); a weak tag or another date means no. */
export function mayUseRange(headers: IncomingHttpHeaders, { etag, lastModifiedMs }: Validators): boolean {
  const given = headers['if-range'];
  if (given === undefined) return true;
  const text = String(given).trim();
  if (text.startsWith('"') || text.startsWith('W/')) return text === etag;
  return lastModifiedMs !== undefined && seconds(lastModifiedMs) === seconds(Date.parse(text));
}

function listTags(header: string): string[] {
  return header.match(/(?:W\/)?"[^"]*"/g) ?? [];
}

const seconds = (ms: number) => Math.floor(ms / 1000);
