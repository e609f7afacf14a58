import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startAppliance, type Appliance } from '../support/appliance.js';
import { makeClip, readFrameNumbers } from '../support/clips.js';
import { drop, share, waitForFile, waitForRendering } from '../support/library.js';
import { decode, fetchBytes, readMediaPlaylist, readMultivariant } from '../support/stream.js';
import { decodeSheet } from '../support/tiles.js';

let appliance: Appliance;
beforeAll(async () => {
  appliance = await startAppliance();
});
afterAll(() => appliance.close());

const LONG_GOP = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '28', '-g', '75', '-bf', '3'];

describe('an H.264 file that is dropped in', () => {
  test('plays from its original, bit for bit, to the end', async () => {
    const clip = await makeClip({
      seconds: 8,
      width: 960,
      height: 540,
      video: [...LONG_GOP, '-pix_fmt', 'yuv420p'],
    });
    await drop(appliance, clip, 'holiday.mp4');
    const file = await waitForFile(appliance, 'holiday.mp4');
    const { stream_url, status } = await share(appliance, file.id);
    expect(status).toBe('completed');

    const { variants, media } = await readMultivariant(stream_url);
    expect(media.map((m) => m['TYPE'])).toEqual(['AUDIO']);
    expect(variants[0]!.attributes).toMatchObject({ RESOLUTION: '960x540', 'FRAME-RATE': '30.000' });

    const top = await readMediaPlaylist(variants[0]!.uri);
    expect(top.isComplete).toBe(true);
    expect(top.seconds).toBeCloseTo(8, 2);
    expect(Math.max(...top.durations.map(Math.round))).toBeLessThanOrEqual(top.targetDuration);

    const played = await readFrameNumbers(variants[0]!.uri);
    expect(played).toEqual(Array.from({ length: 240 }, (_, n) => n));
    expect(await videoHash(variants[0]!.uri)).toBe(await videoHash(clip));
  });

  test('has a stream that ffmpeg decodes without a complaint, sound included', async () => {
    const file = await waitForFile(appliance, 'holiday.mp4');
    const { body } = await appliance.api('GET', `/share?file_id=${file.id}`);
    const result = await decode(body.data[0].stream_url);
    expect(result.errors).toBe('');
    // ffmpeg shows streams with signed composition offsets two frames late; the samples' own times are right.
    expect(Math.abs(result.seconds - 8)).toBeLessThan(0.1);
  });

  test('has a storyboard, a waveform and a beginning for chats under one address', async () => {
    const file = await waitForFile(appliance, 'holiday.mp4');
    const { body } = await appliance.api('GET', `/share?file_id=${file.id}`);
    const beside = (name: string) => fetchBytes(new URL(name, body.data[0].preview_url).href);
    const track = (await beside('storyboard.vtt')).toString();
    const tiles = [...track.matchAll(/^storyboard\.jpg#xywh=(\d+),0,160,90$/gm)].map(([, x]) => Number(x));
    expect(tiles).toEqual([0, 160, 320, 480]);
    expect(decodeSheet(await beside('storyboard.jpg'))).toMatchObject({ width: 640, height: 90 });
    const { peaks } = JSON.parse((await beside('waveform.json')).toString()) as { peaks: number[] };
    expect(peaks.length).toBeGreaterThanOrEqual(160);
    expect((await beside('unfurl.mp4')).toString('latin1', 4, 8)).toBe('ftyp');
  });

  test('can be downloaded as it is, in parts too', async () => {
    const clip = await makeClip({
      seconds: 8,
      width: 960,
      height: 540,
      video: [...LONG_GOP, '-pix_fmt', 'yuv420p'],
    });
    const original = await readFile(clip);
    const file = await waitForFile(appliance, 'holiday.mp4');
    const { body } = await appliance.api('GET', `/share?file_id=${file.id}`);
    const url = body.data[0].media_download_url;
    expect((await fetchBytes(url)).equals(original)).toBe(true);
    expect((await fetchBytes(url, { range: 'bytes=1000-1999' })).equals(original.subarray(1000, 2000))).toBe(
      true,
    );
    expect(body.data[0].media_download_expires_at).toBeGreaterThan(Date.now());
  });
});

describe('a file that has to be encoded', () => {
  test('shows every frame in every rendition, with true numbers in the playlist once all is made', async () => {
    const clip = await makeClip({
      name: 'clip.webm',
      seconds: 5,
      width: 1440,
      height: 810,
      video: ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '2M', '-g', '50'],
      audio: ['-c:a', 'libopus', '-b:a', '64k'],
    });
    await drop(appliance, clip, 'screen recording.webm');
    const file = await waitForFile(appliance, 'screen recording.webm');
    const { stream_url } = await share(appliance, file.id);

    const early = await readMultivariant(stream_url);
    expect(early.variants.length).toBeGreaterThan(1);
    const first = await readMediaPlaylist(early.variants[0]!.uri);
    expect(first.isComplete).toBe(true);
    expect((await fetchBytes(first.segments.at(-1)!)).length).toBeGreaterThan(100);

    await waitForRendering(appliance, file.id, 120_000);
    const { variants } = await readMultivariant(stream_url);
    for (const variant of variants) {
      expect(await readFrameNumbers(variant.uri)).toEqual(Array.from({ length: 150 }, (_, n) => n));
      const playlist = await readMediaPlaylist(variant.uri);
      const sizes = await Promise.all(playlist.segments.map(async (url) => (await fetchBytes(url)).length));
      const peak = Math.max(...sizes.map((size, n) => (size * 8) / playlist.durations[n]!));
      expect(Number(variant.attributes['BANDWIDTH'])).toBeGreaterThanOrEqual(Math.floor(peak));
    }
    expect((await decode(stream_url)).errors).toBe('');
  });
});

describe('a share that is deleted', () => {
  test('answers like one that never was', async () => {
    const file = await waitForFile(appliance, 'holiday.mp4');
    const { body } = await appliance.api('GET', `/share?file_id=${file.id}`);
    const [gone] = body.data;
    const urls = [gone.stream_url, gone.media_download_url, gone.preview_url];
    for (const url of urls) expect((await fetch(url)).status).toBe(200);
    expect((await appliance.api('DELETE', `/share/${gone.id}`)).status).toBe(200);
    for (const url of urls) {
      const refused = await fetch(url);
      const missing = await fetch(url.replace(/(hls|media|download)\/[^/]+/, '$1/nothing'));
      expect(refused.status).toBe(404);
      expect(await refused.text()).toBe(await missing.text());
    }
    expect((await fetch(gone.share_url)).url).toContain('/login?next=');
  });
});

test('no token and no key reaches the log', async () => {
  const file = await waitForFile(appliance, 'screen recording.webm');
  const { body } = await appliance.api('GET', `/share?file_id=${file.id}`);
  const token = /\/hls\/([^/]+)\//.exec(body.data[0].stream_url)![1]!;
  await fetch(body.data[0].stream_url);
  const log = appliance.logLines.join('\n');
  expect(log).not.toContain(token);
  expect(log).not.toContain(appliance.apiKey);
});

async function videoHash(url: string): Promise<string> {
  const { execFile } = await import('node:child_process');
  const { promisify } = await import('node:util');
  const args = [
    '-v',
    'error',
    '-nostdin',
    '-i',
    url,
    '-map',
    '0:v:0',
    '-fps_mode',
    'passthrough',
    '-f',
    'md5',
    '-',
  ];
  return (await promisify(execFile)('ffmpeg', args)).stdout;
}
