/** What a clip's links lead to, fetched over HTTP and decoded: every picture and sample of the range, and not one more. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startAppliance, type Appliance } from '../support/appliance.js';
import {
  checkPlaylists,
  durationsIn,
  expectHeard,
  readTile,
  rowsOf,
  walkStream,
  withFile,
  type WalkedTrack,
} from '../support/clip-walk.js';
import { convertClip, makeClip, readFrameNumbers } from '../support/clips.js';
import { drop, share, waitForFile, type ApiShare } from '../support/library.js';
import { fetchBytes } from '../support/stream.js';

const SECONDS = 9;
/** Pictures 40 to 227. */
const CLIP = { start_time: 1.333, end_time: 7.6 };
const FRAMES = Array.from({ length: 188 }, (_, n) => 40 + n);
const LASTS = CLIP.end_time - CLIP.start_time;
/** One before the clip, one over its start, one within, one over its end, one behind. */
const SUBTITLES = [
  ['00:00:00,200', '00:00:01,000', 'before'],
  ['00:00:01,000', '00:00:02,000', 'over the start'],
  ['00:00:03,000', '00:00:04,000', 'within'],
  ['00:00:07,000', '00:00:08,000', 'over the end'],
  ['00:00:08,000', '00:00:08,900', 'behind'],
]
  .map(([from, to, words], n) => `${n + 1}\n${from} --> ${to}\n${words}\n`)
  .join('\n');

/** One before the clip, one over all of it, one behind. */
const CHAPTERS = [
  ';FFMETADATA1',
  ...['[CHAPTER]', 'TIMEBASE=1/1000', 'START=0', 'END=1300', 'title=The secret beginning'],
  ...['[CHAPTER]', 'TIMEBASE=1/1000', 'START=1300', 'END=8000', 'title=The sea'],
  ...['[CHAPTER]', 'TIMEBASE=1/1000', 'START=8000', 'END=9000', 'title=The secret end'],
].join('\n');

const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-bf', '2', '-g', '75'];
interface Kind {
  name: string;
  make(): Promise<string>;
  hasPictures: boolean;
  hasCaptions?: boolean;
}

const KINDS: Kind[] = [
  {
    name: 'copied.mkv',
    hasPictures: true,
    hasCaptions: true,
    async make() {
      const film = await makeClip({ name: 'film.mp4', seconds: SECONDS, video: X264 });
      const words = join(scratch, 'words.srt');
      await writeFile(words, SUBTITLES);
      const chapters = join(scratch, 'chapters.txt');
      await writeFile(chapters, CHAPTERS);
      return convertClip([film, words, chapters], 'copied.mkv', [
        ...[
          '-map',
          '0',
          '-map',
          '1',
          '-map_chapters',
          '2',
          '-c',
          'copy',
          '-c:s',
          'srt',
          '-metadata',
          'title=The secret harbour',
        ],
      ]);
    },
  },
  {
    name: 'encoded.mkv',
    hasPictures: true,
    make: () =>
      makeClip({
        ...{ name: 'encoded.mkv', seconds: SECONDS },
        ...{ video: ['-c:v', 'mpeg4', '-q:v', '4', '-g', '60'], audio: ['-c:a', 'flac'] },
      }),
  },
  {
    name: 'sound.mp3',
    hasPictures: false,
    make: () =>
      makeClip({ name: 'sound.mp3', seconds: SECONDS, video: false, audio: ['-c:a', 'libmp3lame'] }),
  },
];

let appliance: Appliance;
let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'lanternshare-flow-clips-'));
  appliance = await startAppliance();
});
afterAll(async () => {
  await appliance.close();
  await rm(scratch, { recursive: true });
});

describe.each(KINDS)('a clip of $name', ({ name, make, hasPictures, hasCaptions }) => {
  let fileId: string;
  let open: ApiShare;
  let hidden: ApiShare;
  let tracks: WalkedTrack[];

  test('is shared', { timeout: 60_000 }, async () => {
    await drop(appliance, await make(), name);
    fileId = (await waitForFile(appliance, name)).id;
    const { body } = await appliance.api('POST', `/files/${fileId}/segmentations`, {
      strategy: 'manual',
      manual_config: { segments: [CLIP] },
    });
    const segment = { file_segment_id: body.data.segments[0].id };
    open = await share(appliance, fileId, segment);
    hidden = await share(appliance, fileId, { ...segment, visibility: 'private' });
    ({ tracks } = await walkStream(open.stream_url));
  });

  test(
    'has playlists without a fault, and pieces that last as long as they say',
    { timeout: 90_000 },
    async () => {
      expect(tracks.map(({ kind }) => kind).sort()).toEqual(
        ['audio', ...(hasPictures ? ['video'] : []), ...(hasCaptions ? ['subtitles'] : [])].sort(),
      );
      checkPlaylists(tracks);
    },
  );

  test(
    'streams its pictures and its sound, and none of what is around them',
    { timeout: 90_000 },
    async () => {
      for (const track of tracks) {
        if (track.kind === 'video') {
          const shown: number[] = [];
          for (const row of rowsOf(track)) {
            shown.push(
              ...(await withFile(row, 'row.mp4', (path) =>
                readFrameNumbers(path, ['-ignore_editlist', '1']),
              )),
            );
          }
          expect(shown).toEqual(FRAMES);
        } else if (track.kind === 'audio') {
          expect(rowsOf(track)).toHaveLength(1);
          await withFile(rowsOf(track)[0]!, 'row.mp4', (path) => expectHeard(path, LASTS));
        }
      }
    },
  );

  test('has the captions of its time, on its own time', () => {
    const captions = tracks.filter(({ kind }) => kind === 'subtitles').map((track) => track.captions);
    if (!hasCaptions) return void expect(captions).toEqual([]);
    expect(captions).toHaveLength(1);
    for (const words of ['over the start', 'within', 'over the end']) expect(captions[0]).toContain(words);
    for (const words of ['before', 'behind', 'harbour']) expect(captions[0]).not.toContain(words);
    const times = [...captions[0]!.matchAll(/(\d+):(\d+):([\d.]+)/g)]
      .slice(-6)
      .map(([, hours, minutes, seconds]) => Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds));
    // A silent frame or two of sound come before, and Matroska rounds to what it likes.
    const expected = [
      0,
      2 - CLIP.start_time,
      3 - CLIP.start_time,
      4 - CLIP.start_time,
      7 - CLIP.start_time,
      LASTS,
    ];
    for (const [n, time] of times.entries()) expect(Math.abs(time - expected[n]!)).toBeLessThan(0.08);
  });

  test('has the picture of its beginning', async () => {
    if (!hasPictures) return void expect(open.preview_url).toBeUndefined();
    const poster = await fetchBytes(open.preview_url);
    expect(await withFile(poster, 'poster.jpg', (path) => readFrameNumbers(path))).toEqual([FRAMES[0]]);
  });

  test('has a storyboard, a waveform and chapters of its time only', { timeout: 90_000 }, async () => {
    if (!hasPictures) return;
    const beside = (name: string) => fetch(open.preview_url.replace('poster.jpg', name));
    const { durationSeconds, peaks } = (await (await beside('waveform.json')).json()) as {
      durationSeconds: number;
      peaks: number[];
    };
    expect(durationSeconds).toBeCloseTo(LASTS, 3);
    expect(peaks).toHaveLength(Math.ceil(LASTS * 20));
    expect(Math.min(...peaks)).toBeGreaterThan(0.1);

    const track = await (await beside('storyboard.vtt')).text();
    const tiles = [...track.matchAll(/#xywh=(\d+),(\d+),(\d+),(\d+)/g)].map((match) =>
      match.slice(1).map(Number),
    );
    expect(tiles.length).toBeGreaterThan(1);
    const sheet = Buffer.from(await (await beside('storyboard.jpg')).arrayBuffer());
    const shown = await withFile(sheet, 'sheet.jpg', (path) =>
      Promise.all(tiles.map((tile) => readTile(path, tile))),
    );

    const unfurl = Buffer.from(await (await beside('unfurl.mp4')).arrayBuffer());
    const begun = await withFile(unfurl, 'unfurl.mp4', (path) =>
      readFrameNumbers(path, ['-ignore_editlist', '1']),
    );
    expect(begun.length).toBeGreaterThan(FRAMES.length - 3);
    for (const frame of [...shown, ...begun]) expect(FRAMES).toContain(frame);

    const chapters = await beside('chapters.vtt');
    expect(chapters.status).toBe(hasCaptions ? 200 : 404);
    const words = await chapters.text();
    expect(words).not.toContain('secret');
    if (hasCaptions) expect(words).toContain('00:00:00.000 --> 00:00:06.267\nThe sea');
  });

  test(
    'is saved as it is streamed, whole or in parts, and tells nothing else either',
    { timeout: 90_000 },
    async () => {
      const url = open.media_download_url;
      const whole = await fetch(url);
      expect(whole.headers.get('content-type')).toBe(hasPictures ? 'video/mp4' : 'audio/mp4');
      const bytes = Buffer.from(await whole.arrayBuffer());
      await withFile(bytes, 'saved.mp4', async (path) => {
        const args = ['-ignore_editlist', '1'];
        if (hasPictures) expect(await readFrameNumbers(path, args)).toEqual(FRAMES);
        if (hasPictures) expect(await readFrameNumbers(path)).toEqual(FRAMES);
        await expectHeard(path, LASTS);
      });
      expect(bytes.toString('latin1')).not.toContain('harbour');

      const head = await fetch(url, { method: 'HEAD' });
      expect(head.headers.get('content-length')).toBe(String(bytes.length));
      const etag = head.headers.get('etag')!;
      const middle = Math.floor(bytes.length / 2);
      const first = await fetch(url, { headers: { range: `bytes=0-${middle - 1}` } });
      expect(first.status).toBe(206);
      const second = await fetch(url, { headers: { range: `bytes=${middle}-`, 'if-range': etag } });
      expect(second.status).toBe(206);
      const parts = [await first.arrayBuffer(), await second.arrayBuffer()].map((part) => Buffer.from(part));
      expect(Buffer.concat(parts).equals(bytes)).toBe(true);
      const other = await fetch(url, { headers: { range: 'bytes=0-9', 'if-range': '"of another"' } });
      expect(other.status).toBe(200);
      expect(Number(other.headers.get('content-length'))).toBe(bytes.length);
      await other.body!.cancel();
    },
  );

  test(
    'is the same bytes under a private share, and as a part of a share of the whole',
    { timeout: 90_000 },
    async () => {
      const whole = await share(appliance, fileId);
      const query = `clip_start=${CLIP.start_time}&clip_end=${CLIP.end_time}`;
      const { body: part } = await appliance.api('GET', `/share/${whole.id}?${query}`);
      for (const other of [hidden, part as ApiShare]) {
        const { tracks: found } = await walkStream(other.stream_url);
        expect(found.length).toBe(tracks.length);
        for (const [n, { text, pieces, captions }] of found.entries()) {
          expect([text, captions]).toEqual([tracks[n]!.text, tracks[n]!.captions]);
          for (const [k, { bytes, init }] of pieces.entries()) {
            expect(bytes.equals(tracks[n]!.pieces[k]!.bytes)).toBe(true);
            expect(init.equals(tracks[n]!.pieces[k]!.init)).toBe(true);
          }
          await expectNothingBeside(found[n]!);
        }
        const saved = await fetchBytes(other.media_download_url);
        expect(saved.equals(await fetchBytes(open.media_download_url))).toBe(true);
      }
    },
  );

  test('has no initialisation section that tells of the whole', () => {
    for (const { pieces } of tracks) {
      for (const { init } of pieces) {
        // mvhd, tkhd, mdhd and mehd of fragmented files say 0: how long it is, is in the playlist.
        expect(init.includes('mehd')).toBe(false);
        expect(init.toString('latin1')).not.toContain('harbour');
        expect(durationsIn(init)).toEqual([0]);
      }
    }
  });
});

/** Numbers that the whole may have, and a clip has not. */
async function expectNothingBeside({ url, pieces, kind }: WalkedTrack): Promise<void> {
  if (kind === 'subtitles') return;
  for (let n = pieces.length; n < pieces.length + 12; n++) {
    expect((await fetch(new URL(`${n}.m4s`, url))).status).toBe(404);
  }
}
