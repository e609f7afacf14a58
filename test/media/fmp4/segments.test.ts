import { describe, expect, it } from 'vitest';
import { audioSpecificConfig } from '../../../server/media/aac.js';
import {
  createFragmentReader,
  initSegment,
  mediaSegment,
  packAudio,
  packVideo,
} from '../../../server/media/fmp4/index.js';
import type { SampleRun } from '../../../server/media/source-index.js';

const avcC = Buffer.from('0164001effe100046764001e01000468ee3cb0', 'hex');
const init = initSegment({ kind: 'video', timescale: 30_000, width: 854, height: 480, avcC });

/** Two GOPs as an encoder with B-frames orders them: I P B B, shown I B B P. */
function runOf(ticks: number[]): SampleRun {
  return {
    samples: ticks.map((ptsTicks, i) => ({ ptsTicks, sizeBytes: 100 + i, isSync: i === 0 })),
    data: ticks.map((_, i) => Buffer.alloc(100 + i, i + 1)),
  };
}

function readBack(bytes: Buffer, pieceBytes: number, startTick = 0) {
  const reader = createFragmentReader({ startTick });
  const events = [];
  for (let at = 0; at < bytes.length; at += pieceBytes)
    events.push(...reader.push(bytes.subarray(at, at + pieceBytes)));
  reader.end();
  return events;
}

describe('packVideo', () => {
  it('decodes at the sorted presentation times and shows the first picture at the segment start', () => {
    const packed = packVideo(runOf([3000, 6000, 4000, 5000]), 7000);
    expect(packed.baseDecodeTime).toBe(3000);
    expect(packed.samples.map((s) => s.durationTicks)).toEqual([1000, 1000, 1000, 1000]);
    expect(packed.samples.map((s) => s.ctsTicks)).toEqual([0, 2000, -1000, -1000]);
    expect(packed.samples.map((s) => s.isSync)).toEqual([true, false, false, false]);
  });

  it('lets the last picture last to the end of the segment, at uneven distances too', () => {
    const packed = packVideo(runOf([0, 90, 30, 200]), 1000);
    expect(packed.samples.map((s) => s.durationTicks)).toEqual([30, 60, 110, 800]);
  });

  it('shows the first picture from an earlier start on when asked to', () => {
    const packed = packVideo(runOf([600, 1600, 1100]), 2000, 0);
    expect(packed.baseDecodeTime).toBe(0);
    expect(packed.samples.map((s) => s.durationTicks)).toEqual([1100, 500, 400]);
    expect(packed.samples[0]!.ctsTicks).toBe(0);
  });

  it('never gives a picture a negative duration, even when the end lies before it', () => {
    const packed = packVideo(runOf([0, 50, 50]), 20);
    expect(packed.samples.map((s) => s.durationTicks)).toEqual([50, 0, 1]);
  });
});

describe('packAudio', () => {
  it('places frames on the grid that begins at the offset', () => {
    const packed = packAudio(runOf([0, 0]), 3, 512);
    expect(packed.baseDecodeTime).toBe(512 + 3 * 1024);
    expect(packed.samples.every((s) => s.durationTicks === 1024 && s.isSync)).toBe(true);
  });
});

describe('initSegment and mediaSegment', () => {
  it('read back as what they were made of, in pieces of any size', () => {
    const ticks = [3000, 6000, 4000, 5000];
    const bytes = Buffer.concat([init, ...mediaSegment(packVideo(runOf(ticks), 7000), 4)]);
    for (const pieceBytes of [1, 7, 8, 64, 1000, bytes.length]) {
      const [first, second] = readBack(bytes, pieceBytes, 3000);
      expect(first).toEqual({ type: 'init', timescale: 30_000, width: 854, height: 480, avcC });
      expect(second).toMatchObject({ type: 'fragment', endTick: 7000 });
      const run = second?.type === 'fragment' ? second.run : undefined;
      expect(run?.samples).toEqual(runOf(ticks).samples);
      expect(Buffer.concat(run?.data ?? [])).toEqual(Buffer.concat(runOf(ticks).data));
    }
  });

  it('re-base times on the tick that the first picture is to be shown at', () => {
    const segments = [
      ...mediaSegment(packVideo(runOf([100, 400, 200]), 500), 1),
      ...mediaSegment(packVideo(runOf([500, 700]), 900), 2),
    ];
    const fragments = readBack(Buffer.concat([init, ...segments]), 50, 90_000).slice(1);
    const shown = fragments.map((f) => f.type === 'fragment' && f.run.samples.map((s) => s.ptsTicks));
    expect(shown).toEqual([
      [90_000, 90_300, 90_100],
      [90_400, 90_600],
    ]);
  });

  it('point from moof to the first media byte', () => {
    const [moof] = mediaSegment(packVideo(runOf([0, 10]), 20), 1);
    const trun = moof!.indexOf('trun') - 4;
    expect(moof!.readInt32BE(trun + 16)).toBe(moof!.length + 8);
  });

  it('hold decode times beyond 32 bits', () => {
    const hour10 = 36_000 * 2_997_000;
    const [moof] = mediaSegment(packVideo(runOf([hour10]), hour10 + 1000), 1);
    expect(Number(moof!.readBigUInt64BE(moof!.indexOf('tfdt') + 8))).toBe(hour10);
  });

  it('carry the audio decoder configuration', () => {
    const config = audioSpecificConfig({ sampleRate: 44_100, channels: 2 });
    const bytes = initSegment({ kind: 'audio', sampleRate: 44_100, channels: 2, config });
    expect(config.toString('hex')).toBe('1210');
    expect(bytes.includes(Buffer.concat([Buffer.from([0x05, 0x80, 0x80, 0x80, 2]), config]))).toBe(true);
  });
});

describe('createFragmentReader', () => {
  const whole = Buffer.concat([init, ...mediaSegment(packVideo(runOf([0, 10]), 20), 1)]);

  it('refuses a stream that ends inside a fragment', () => {
    const reader = createFragmentReader();
    reader.push(whole.subarray(0, whole.length - 1));
    expect(() => reader.end()).toThrow(expect.objectContaining({ code: 'render-failed' }));
  });

  it.each([
    ['media data without a description', Buffer.from('0000000c6d64617400000000', 'hex')],
    ['a box smaller than its header', Buffer.from('000000076d6f6f66', 'hex')],
    ['a box of absurd size', Buffer.from('000000016d6f6f660fffffffffffffff', 'hex')],
    ['a movie without tracks', Buffer.from('000000086d6f6f76', 'hex')],
    ['sizes that do not add up', editAt(whole, whole.lastIndexOf('mdat') - 1, 8 + 201 - 1)],
    ['a sample table cut short', editAt(whole, whole.indexOf('trun') + 11, 200)],
  ])('refuses %s', (_, bytes) => {
    expect(() => createFragmentReader().push(bytes)).toThrow(
      expect.objectContaining({ code: 'render-failed' }),
    );
  });

  function editAt(bytes: Buffer, at: number, value: number): Buffer {
    const copy = Buffer.from(bytes);
    copy[at] = value;
    return copy;
  }
});
