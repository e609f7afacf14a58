/** A program's way through the API, from a file on its disk to a link that plays. Every answer is held to the contract. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startAppliance, type Appliance } from '../support/appliance.js';
import { makeClip, readFrameNumbers } from '../support/clips.js';
import { createContractClient, type ContractClient } from '../support/contract.js';
import { decode, fetchBytes, readMediaPlaylist, readMultivariant } from '../support/stream.js';

let appliance: Appliance;
let client: ContractClient;
let clip: string;

beforeAll(async () => {
  appliance = await startAppliance();
  client = createContractClient(appliance);
  clip = await makeClip({ seconds: 4, width: 960, height: 540 });
});
afterAll(() => appliance.close());

test('upload, wait, segment, share, play, download, delete', async () => {
  const uploaded = await client.upload(clip, { metadata: { shot: 'on holiday' } });
  expect(uploaded).toMatchObject({
    source: 'upload',
    metadata: { shot: 'on holiday' },
    filename: 'clip.mp4',
  });
  const file = await client.waitForFile(uploaded.id);
  expect(file.media_info).toMatchObject({ width: 960, height: 540, has_audio: true });
  expect(file.media_info.duration_seconds).toBeCloseTo(4, 1);

  const segmentation = await client.segment(file.id, {
    strategy: 'manual',
    manual_config: {
      segments: [
        { start_time: 0, end_time: 1 },
        { start_time: 1, end_time: 3 },
      ],
    },
  });
  expect(segmentation).toMatchObject({ status: 'completed', total_segments: 2 });
  const segments = await client.listSegments(file.id);
  expect(segments.data.map(({ start_time, end_time }) => [start_time, end_time])).toEqual([
    [0, 1],
    [1, 3],
  ]);
  for (const { thumbnail_url } of segments.data) await expectPicture(thumbnail_url, 320);
  const thumbnails = await client.listThumbnails(file.id);
  expect(thumbnails.data.map(({ type }) => type)).toEqual(['file', 'segment', 'segment']);

  const made = await client.createShare({ file_id: file.id, title: 'Holiday' });
  expect((await client.listShares(`file_id=${file.id}`)).data.map(({ id }) => id)).toEqual([made.id]);
  const share = await client.getShare(made.id);
  expect(share).toMatchObject({ status: 'completed', visibility: 'public', title: 'Holiday' });
  const changed = await client.updateShare(made.id, { description: 'A day at the sea' });
  expect(changed).toMatchObject({ title: 'Holiday', description: 'A day at the sea' });

  const hidden = await client.createShare({ file_id: file.id, visibility: 'private', link_preview: 'full' });
  expect(hidden).toMatchObject({ visibility: 'private', link_preview: 'full', status: 'completed' });
  expect((await client.listShares('visibility=private')).data.map(({ id }) => id)).toEqual([hidden.id]);
  expect((await decode(hidden.stream_url!)).frames).toBe(120);
  expect((await fetch(hidden.media_download_url!)).status).toBe(200);

  const part = await client.createShare({ file_id: file.id, file_segment_id: segments.data[1]!.id });
  expect(part).toMatchObject({ asset_type: 'file_segment', file_segment_id: segments.data[1]!.id });
  const ofPart = await client.listShares(`file_segment_id=${segments.data[1]!.id}`);
  expect(ofPart.data.map(({ id }) => id)).toEqual([part.id]);
  expect((await decode(part.stream_url!)).frames).toBe(60);

  const { variants } = await readMultivariant(share.stream_url!);
  const playlist = await readMediaPlaylist(variants[0]!.uri);
  expect(playlist.seconds).toBeCloseTo(4, 1);
  for (const url of [playlist.init!, ...playlist.segments]) {
    expect((await fetchBytes(url)).length).toBeGreaterThan(100);
  }
  expect(await readFrameNumbers(variants[0]!.uri)).toEqual(Array.from({ length: 120 }, (_, n) => n));
  expect((await decode(share.stream_url!)).errors).toBe('');
  expect((await fetchBytes(share.media_download_url!)).equals(await readFile(clip))).toBe(true);

  expect(await client.removeShare(made.id)).toEqual({ id: made.id, object: 'share' });
  expect((await fetch(share.stream_url!)).status).toBe(404);
  expect((await readdir(join(appliance.dataDir, 'renditions'))).length).toBeGreaterThan(1);
  expect(await client.removeFile(file.id)).toEqual({ id: file.id, object: 'file' });
  expect(await readdir(join(appliance.dataDir, 'renditions'))).toEqual(['parts']);
  expect((await readdir(appliance.mediaDir)).filter((name) => !name.startsWith('.'))).toEqual([]);
  for (const url of [hidden.stream_url!, hidden.media_download_url!, part.stream_url!])
    expect((await fetch(url)).status).toBe(404);
  expect((await appliance.api('GET', `/files/${file.id}`)).status).toBe(404);
  expect((await fetch(segments.data[0]!.thumbnail_url)).status).toBe(404);
});

describe('shots', () => {
  test('are found where the picture changes, also when a stop came in between', async () => {
    const cuts = await makeClip({
      name: 'cuts.mp4',
      seconds: 6,
      // A still of another colour from second 2 on, and another one from second 4.
      filter: "drawbox=t=fill:color=red:enable='gte(t,2)',drawbox=t=fill:color=blue:enable='gte(t,4)'",
      frameCounter: false,
    });
    const file = await client.waitForFile((await client.upload(cuts)).id);
    const { segmentation_id: id, status } = await client.segment(file.id, {
      strategy: 'shot-detector',
      shot_detector_config: { detector: 'content', min_seconds: 1 },
    });
    expect(status).toBe('pending');
    await appliance.restart();
    const found = await client.waitForSegmentation(id);
    expect(found.total_shots).toBe(3);
    const starts = found.data!.shots!.map(({ start_time }) => start_time);
    [0, 2, 4].forEach((second, n) => expect(starts[n]).toBeCloseTo(second, 1));
    await expectPicture(found.data!.segments![2]!.thumbnail_url!, 320);
  });
});

test('what is sent and is no media is refused, whatever its name', async () => {
  const form = new FormData();
  form.append('file', new Blob(['#EXTM3U\nfile:///etc/passwd\n']), 'film.mp4');
  const response = await fetch(`${appliance.url}/v1/files`, {
    method: 'POST',
    headers: { authorization: `Bearer ${appliance.apiKey}` },
    body: form,
  });
  expect([response.status, await response.json()]).toEqual([415, { error: expect.any(String) }]);
});

async function expectPicture(url: string, width: number): Promise<void> {
  const jpeg = await fetchBytes(url);
  expect(jpeg.subarray(0, 2).toString('hex')).toBe('ffd8');
  // The frame header (SOF0) tells the height, then the width.
  const at = jpeg.indexOf(Buffer.from('ffc0', 'hex'));
  expect(jpeg.readUInt16BE(at + 7)).toBe(width);
}
