import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createExec } from '../../server/base/exec.js';
import { silentLog } from '../../server/base/log.js';
import { captionsArgs, toHlsWebVtt } from '../../server/media/captions.js';
import { describeVideoFile } from '../support/media-info.js';

describe('toHlsWebVtt', () => {
  const text = 'WEBVTT\n\nNOTE a --> b\n\n00:01.000 --> 00:03.000 line:0\nHello <00:02.500><i>world</i>\n';

  it('adds the time map after the header and leaves the rest as it is', () => {
    expect(toHlsWebVtt(text)).toBe(
      text.replace('WEBVTT\n', 'WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n'),
    );
  });

  it('moves cues and the times inside them to where the stream begins', () => {
    const lines = toHlsWebVtt(text, 0.521).split('\n');
    expect(lines).toContain('00:00:00.479 --> 00:00:02.479 line:0');
    expect(lines).toContain('Hello <00:00:01.979><i>world</i>');
    expect(lines).toContain('NOTE a --> b');
  });

  it('moves cues of a stream that begins hours late, and never before 0', () => {
    const late = 'WEBVTT\n\n10:00:00.500 --> 10:00:02.000\nA\n';
    expect(toHlsWebVtt(late, 36_001)).toContain('00:00:00.000 --> 00:00:01.000');
    expect(toHlsWebVtt(late, -3600)).toContain('11:00:00.500 --> 11:00:02.000');
  });

  it('takes byte order marks, foreign line ends, an earlier time map and a missing header', () => {
    const odd =
      '\uFEFFWEBVTT - title\r\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\r\n\r\n00:01.000 --> 00:02.000\r\nA';
    expect(toHlsWebVtt(odd).split('\n')).toEqual([
      'WEBVTT - title',
      'X-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000',
      '',
      '00:01.000 --> 00:02.000',
      'A',
    ]);
    expect(toHlsWebVtt('')).toMatch(/^WEBVTT\nX-TIMESTAMP-MAP/);
  });
});

describe('captionsArgs', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'captions-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('yield the n-th text track as WebVTT at the container’s own times', async () => {
    const exec = createExec({ log: silentLog });
    const names = ['Hello <i>world</i>', 'Zweite é ü 日本'].map((line, n) => ({
      line,
      path: join(folder, `${n}.srt`),
    }));
    for (const { line, path } of names) await writeFile(path, `1\n00:00:01,000 --> 00:00:03,250\n${line}\n`);
    const path = join(folder, 'two tracks.mkv');
    const inputs = names.flatMap((name) => ['-i', name.path]);
    await exec.run('ffmpeg', ['-v', 'error', ...inputs, '-map', '0', '-map', '1', '-c', 'copy', path]);
    const { stdout } = await exec.run('ffmpeg', captionsArgs({ path, info: describeVideoFile() }, 1));
    expect(stdout.toString()).toBe('WEBVTT\n\n00:01.000 --> 00:03.250\nZweite é ü 日本\n');
  });
});
