import { describe, expect, it } from 'vitest';
import { createExec } from '../../server/base/exec.js';
import { silentLog } from '../../server/base/log.js';
import { audioSpecificConfig, silentAacFrame } from '../../server/media/aac.js';
import { initSegment, mediaSegment, packAudio } from '../../server/media/fmp4/index.js';

const exec = createExec({ log: silentLog });

describe('audioSpecificConfig', () => {
  it('tells AAC-LC, rate and channels in two bytes', () => {
    expect(audioSpecificConfig({ sampleRate: 48_000, channels: 2 }).toString('hex')).toBe('1190');
    expect(audioSpecificConfig({ sampleRate: 8000, channels: 1 }).toString('hex')).toBe('1588');
  });

  it('refuses a rate that AAC does not have', () => {
    expect(() => audioSpecificConfig({ sampleRate: 47_999, channels: 2 })).toThrow(/47999/);
  });
});

describe('silentAacFrame', () => {
  it.each([1, 2])('decodes to nothing but zeros in %i channels', async (channels) => {
    const frame = silentAacFrame(channels);
    const run = {
      samples: Array.from({ length: 20 }, () => ({ ptsTicks: 0, sizeBytes: frame.length, isSync: true })),
      data: Array.from({ length: 20 }, () => frame),
    };
    const config = audioSpecificConfig({ sampleRate: 48_000, channels });
    const init = initSegment({ kind: 'audio', sampleRate: 48_000, channels, config });
    const input = Buffer.concat([init, ...mediaSegment(packAudio(run, 0, 0), 1)]);
    const decoded = await exec.run('ffmpeg', ['-v', 'warning', '-i', 'pipe:0', '-f', 's16le', 'pipe:1'], {
      input,
    });
    expect(decoded.stderr).toBe('');
    expect(decoded.stdout).toEqual(Buffer.alloc(20 * 1024 * channels * 2));
  });
});
