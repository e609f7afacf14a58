/** The share of a clip whose file gets another content: it goes on where it can, and says so where it cannot. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startAppliance, type Appliance } from '../support/appliance.js';
import { rowsOf, walkStream, withFile } from '../support/clip-walk.js';
import { makeClip, readFrameNumbers } from '../support/clips.js';
import { drop, share, waitForFile, type ApiShare } from '../support/library.js';

let appliance: Appliance;
beforeAll(async () => {
  appliance = await startAppliance();
});
afterAll(() => appliance.close());

const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
/** Pictures 40 to 98 of 30 a second, 34 to 82 of 25. */
const CLIP = { start_time: 1.333, end_time: 3.3 };

const film = (seconds: number, frameRate: string) =>
  makeClip({ name: 'film.mp4', seconds, frameRate, video: [...X264, '-g', frameRate] });

async function shownBy(url: string): Promise<number[]> {
  const { tracks } = await walkStream(url);
  const video = tracks.find(({ kind }) => kind === 'video')!;
  const shown: number[] = [];
  for (const row of rowsOf(video)) {
    shown.push(
      ...(await withFile(row, 'row.mp4', (path) => readFrameNumbers(path, ['-ignore_editlist', '1']))),
    );
  }
  return shown;
}

const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, n) => first + n);

test(
  'a new content is cut anew at the same times, until it has nothing there',
  { timeout: 90_000 },
  async () => {
    await drop(appliance, await film(6, '30'), 'film.mp4');
    const file = await waitForFile(appliance, 'film.mp4');
    const { body } = await appliance.api('POST', `/files/${file.id}/segmentations`, {
      strategy: 'manual',
      manual_config: { segments: [CLIP] },
    });
    const made = await share(appliance, file.id, { file_segment_id: body.data.segments[0].id });
    expect(await shownBy(made.stream_url)).toEqual(from(40, 98));
    const read = async () =>
      (await appliance.api('GET', `/share/${made.id}`)).body as ApiShare & { error?: string };

    await drop(appliance, await film(5, '25'), 'film.mp4');
    await expect.poll(async () => (await read()).stream_url, { timeout: 30_000 }).not.toBe(made.stream_url);
    const renewed = await read();
    expect(renewed.status).toBe('completed');
    expect(await shownBy(renewed.stream_url)).toEqual(from(34, 82));
    expect((await waitForFile(appliance, 'film.mp4')).id).toBe(file.id);

    await drop(appliance, await film(2, '30'), 'film.mp4');
    await expect.poll(async () => (await read()).status, { timeout: 30_000 }).toBe('failed');
    expect((await read()).error).toMatch(/^The file as it is now has nothing/);
    expect(await read()).not.toHaveProperty('stream_url');
    const page = await fetch(made.share_url);
    expect(await page.text()).toContain('what was shared is no longer part of it');
  },
);
