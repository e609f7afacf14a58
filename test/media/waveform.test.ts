import { describe, expect, it } from 'vitest';
import { createPeaks, layoutWaveform } from '../../server/media/waveform.js';
import { describeAudioFile, describeAudioTrack, describeVideoFile } from '../support/media-info.js';

const song = (durationSeconds: number) => describeAudioFile({}, { durationSeconds });

/** 16-bit samples. */
function sound(levels: number[]): Buffer {
  return Buffer.from(Int16Array.from(levels).buffer);
}

describe('layoutWaveform', () => {
  it('has twenty peaks a second, and two thousand at most', () => {
    expect(layoutWaveform(song(3))?.count).toBe(60);
    expect(layoutWaveform(song(7200))?.count).toBe(2000);
    expect(layoutWaveform(song(7200), { startMs: 1000, endMs: 2000 })?.count).toBe(20);
  });

  it('is of the default track, and nothing where there is no sound', () => {
    const audios = [describeAudioTrack({ isDefault: false }), describeAudioTrack({ ordinal: 1 })];
    expect(layoutWaveform(describeVideoFile({}, { audios }))?.audio.ordinal).toBe(1);
    expect(layoutWaveform(describeVideoFile({}, { audios: [] }))).toBeUndefined();
  });
});

describe('createPeaks', () => {
  it('finds the loudest moment of each slice, however the bytes come', () => {
    const layout = layoutWaveform(song(0.1))!;
    const levels = Array.from({ length: 800 }, (_, n) => (n === 399 ? -32768 : n === 400 ? 16384 : 3));
    const bytes = sound(levels);
    const peaks = createPeaks(layout);
    for (const at of [0, 1, 798, 801, 803])
      peaks.push(bytes.subarray(at, [1, 798, 801, 803, 1600][[0, 1, 798, 801, 803].indexOf(at)]));
    expect(peaks.finish()).toEqual({ version: 1, durationSeconds: 0.1, peaks: [1, 0.5] });
  });

  it('is silent where the sound ends early, and ignores what comes too late', () => {
    const peaks = createPeaks(layoutWaveform(song(0.1))!);
    peaks.push(sound([20000]));
    expect(peaks.finish().peaks).toEqual([0.61, 0]);
    const longer = createPeaks(layoutWaveform(song(0.05))!);
    longer.push(sound([...Array<number>(400).fill(0), 32767]));
    expect(longer.finish().peaks).toEqual([0]);
  });
});
