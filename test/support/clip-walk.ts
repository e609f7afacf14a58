/**
 * Everything that a stream's address leads to, fetched as a player would, held against the rules for playlists, and
 * taken apart by ffmpeg. Believes nothing of what the server is made of.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { findBox } from '../../server/media/fmp4/read-boxes.js';
import { readFrameNumber } from './clips.js';
import { fetchBytes, fetchText, readMultivariant } from './stream.js';

const run = promisify(execFile);

export interface WalkedPiece {
  /** As its playlist says. */
  seconds: number;
  init: Buffer;
  bytes: Buffer;
  isAfterDiscontinuity: boolean;
}

export interface WalkedTrack {
  kind: 'video' | 'audio' | 'subtitles';
  url: string;
  text: string;
  targetSeconds: number;
  pieces: WalkedPiece[];
  /** Of captions. */
  captions?: string;
}

export async function walkStream(url: string): Promise<{ text: string; tracks: WalkedTrack[] }> {
  const { text, variants, media } = await readMultivariant(url);
  const wanted: [WalkedTrack['kind'], string][] = [
    ...variants.map(
      ({ attributes, uri }) =>
        [attributes['RESOLUTION'] ? 'video' : 'audio', uri] as [WalkedTrack['kind'], string],
    ),
    ...media.map(
      (one) =>
        [one['TYPE'] === 'AUDIO' ? 'audio' : 'subtitles', one['URI']!] as [WalkedTrack['kind'], string],
    ),
  ];
  const tracks: WalkedTrack[] = [];
  for (const [kind, uri] of wanted) tracks.push(await walkTrack(kind, uri));
  return { text, tracks };
}

async function walkTrack(kind: WalkedTrack['kind'], url: string): Promise<WalkedTrack> {
  const text = await fetchText(url);
  const track: WalkedTrack = {
    ...{ kind, url, text, pieces: [] },
    targetSeconds: Number(/#EXT-X-TARGETDURATION:(\d+)/.exec(text)![1]),
  };
  let init: Buffer | undefined;
  let seconds = 0;
  let isAfterDiscontinuity = false;
  for (const line of text.split('\n')) {
    const map = /^#EXT-X-MAP:URI="([^"]+)"$/.exec(line);
    if (map) init = await fetchBytes(new URL(map[1]!, url).href);
    else if (line === '#EXT-X-DISCONTINUITY') isAfterDiscontinuity = true;
    else if (line.startsWith('#EXTINF:')) seconds = Number(/^#EXTINF:(\d+\.\d+),$/.exec(line)![1]);
    else if (line && !line.startsWith('#')) {
      const bytes = await fetchBytes(new URL(line, url).href);
      if (kind === 'subtitles') track.captions = bytes.toString();
      else track.pieces.push({ seconds, init: init!, bytes, isAfterDiscontinuity });
      isAfterDiscontinuity = false;
    }
  }
  return track;
}

/** Pieces in a row that are decoded with one initialisation section, as files. */
export function rowsOf({ pieces }: WalkedTrack): Buffer[] {
  const rows: Buffer[][] = [];
  for (const [k, { init, bytes }] of pieces.entries()) {
    if (!pieces[k - 1]?.init.equals(init)) rows.push([init]);
    rows.at(-1)!.push(bytes);
  }
  return rows.map((row) => Buffer.concat(row));
}

export async function withFile<T>(
  bytes: Buffer,
  name: string,
  use: (path: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'lanternshare-walk-'));
  try {
    await writeFile(join(folder, name), bytes);
    return await use(join(folder, name));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * RFC 8216bis: targets hold and agree, discontinuities stand at the same times in all tracks, the list is closed, and
 * each piece begins where the one before ended and lasts as long as is said of it.
 */
export function checkPlaylists(tracks: readonly WalkedTrack[]): void {
  const timed = tracks.filter(({ kind }) => kind !== 'subtitles');
  expect(new Set(timed.map(({ targetSeconds }) => targetSeconds)).size).toBe(1);
  const breaks = timed.map((track) => breaksOf(track));
  for (const found of breaks) {
    expect(found).toHaveLength(breaks[0]!.length);
    // A frame of sound is the least by which the tracks may differ.
    for (const [n, at] of found.entries()) expect(Math.abs(at - breaks[0]![n]!)).toBeLessThan(0.05);
  }
  for (const track of tracks) {
    const { text } = track;
    expect(text).toMatch(/^#EXTM3U\n#EXT-X-VERSION:7\n/);
    expect(text).toMatch(/#EXT-X-PLAYLIST-TYPE:VOD\n/);
    expect(text).toMatch(/#EXT-X-MEDIA-SEQUENCE:0\n/);
    expect(text).not.toContain('#EXT-X-DISCONTINUITY-SEQUENCE');
    expect(text.endsWith('#EXT-X-ENDLIST\n')).toBe(true);
  }
  for (const track of timed) checkTimes(track);
}

function breaksOf({ pieces }: WalkedTrack): number[] {
  let at = 0;
  return pieces.flatMap(({ seconds, isAfterDiscontinuity }) => {
    const here = at;
    at += seconds;
    return isAfterDiscontinuity ? [here] : [];
  });
}

function checkTimes({ kind, pieces, targetSeconds, url }: WalkedTrack): void {
  let end = 0;
  for (const [k, { seconds, init, bytes }] of pieces.entries()) {
    const { fromSeconds, toSeconds, firstSeconds, earliestSeconds } = timesOf(init, bytes);
    expect(Math.round(seconds), `${url} ${k}`).toBeLessThanOrEqual(targetSeconds);
    expect(toSeconds - fromSeconds, `${kind} ${k} lasts`).toBeCloseTo(seconds, 5);
    // What is shorter than the rest of the stream at its start begins a little later.
    if (k > 0) expect(fromSeconds, `${kind} ${k} begins`).toBeCloseTo(end, 5);
    else expect(fromSeconds).toBeLessThan(0.1);
    // Players place a segment by its decode time.
    expect([firstSeconds, earliestSeconds], `${kind} ${k} shows`).toEqual([fromSeconds, fromSeconds]);
    end = toSeconds;
  }
}

/** ISO/IEC 14496-12 8.8.8 and 8.8.12. */
function timesOf(init: Buffer, segment: Buffer) {
  const mdhd = findBox(init, 'moov', 'trak', 'mdia', 'mdhd')!;
  const timescale = mdhd.readUInt32BE(mdhd[0] === 1 ? 20 : 12);
  const tfdt = findBox(segment, 'moof', 'traf', 'tfdt')!;
  const from = tfdt[0] === 1 ? Number(tfdt.readBigUInt64BE(4)) : tfdt.readUInt32BE(4);
  const trun = findBox(segment, 'moof', 'traf', 'trun')!;
  const flags = trun.readUIntBE(1, 3);
  let at = 8 + (flags & 1 ? 4 : 0) + (flags & 4 ? 4 : 0);
  const read = (flag: number) => (flags & flag ? trun.readInt32BE((at += 4) - 4) : 0);
  let decodeTick = from;
  const shownTicks: number[] = [];
  for (let n = 0; n < trun.readUInt32BE(4); n++) {
    const [duration, , , offset] = [read(0x100), read(0x200), read(0x400), read(0x800)];
    shownTicks.push(decodeTick + offset);
    decodeTick += duration;
  }
  const [fromSeconds, toSeconds, firstSeconds, earliestSeconds] = [
    ...[from, decodeTick, shownTicks[0]!, Math.min(...shownTicks)],
  ].map((tick) => tick / timescale) as [number, number, number, number];
  return { fromSeconds, toSeconds, firstSeconds, earliestSeconds };
}

/** The frame counter in a part of a picture. */
export async function readTile(path: string, [x, y, width, height]: readonly number[]): Promise<number> {
  const filters = `crop=${width}:${height}:${x}:${y},scale=480:270,crop=480:10:0:0,format=gray`;
  const args = ['-v', 'error', '-i', path, '-vf', filters, '-f', 'rawvideo', 'pipe:1'];
  const { stdout } = await run('ffmpeg', args, { encoding: 'buffer' });
  return readFrameNumber(stdout, 480);
}

/** First channel of all sound that can be decoded, whatever an edit list would hide. */
async function hear(path: string): Promise<Float32Array> {
  const args = ['-v', 'error', '-ignore_editlist', '1', '-i', path, '-map', '0:a:0', '-af', 'pan=mono|c0=c0'];
  const { stdout } = await run('ffmpeg', [...args, '-f', 'f32le', 'pipe:1'], {
    encoding: 'buffer',
    maxBuffer: 1 << 28,
  });
  return new Float32Array(stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + (stdout.length & ~3)));
}

/** An encoder's padding, and what AAC hears of its neighbours. */
const NEARLY_SILENT = 0.02;

/** From its first sample to its last the range is heard, and there is silence around it. */
export async function expectHeard(path: string, seconds: number): Promise<void> {
  const rate = 48_000;
  const sound = await hear(path);
  const isLoud = (sample: number) => Math.abs(sample) > NEARLY_SILENT;
  const first = sound.findIndex(isLoud);
  const last = sound.findLastIndex(isLoud);
  expect(first).toBeLessThan(3 * 1024);
  expect((last - first) / rate).toBeGreaterThan(seconds - 0.005);
  expect((last - first) / rate).toBeLessThan(seconds + 0.002);
}

/** The different durations that the headers in an initialisation section tell. */
export function durationsIn(init: Buffer): number[] {
  const told = new Set<number>();
  for (const [name, at] of [
    ['mvhd', 16],
    ['tkhd', 20],
    ['mdhd', 16],
  ] as const) {
    const box = init.indexOf(name) + 4;
    // Version 1 has wider times.
    if (init[box] === 0) told.add(init.readUInt32BE(box + at));
    else told.add(Number(init.readBigUInt64BE(box + at + 8)));
  }
  return [...told];
}
