import { describe, expect, it } from 'vitest';
import { makePlan, recipeOf } from '../../server/media/make-plan.js';
import type { AudioRendition, Plan } from '../../server/media/plan.js';
import { describeAudioIndex, describeIndex, describeVideoIndex } from '../support/media-index.js';
import { describeAudioFile, describeAudioTrack, describeVideoFile } from '../support/media-info.js';

const ids = (plan: Plan) => plan.renditions.map((r) => r.id);
const audiosOf = (plan: Plan) => plan.renditions.filter((r): r is AudioRendition => r.kind === 'audio');
const everyFourSeconds = Array.from({ length: 15 }, (_, i) => i * 4);
const index = describeIndex(describeVideoIndex({ keyframeSeconds: everyFourSeconds, endSeconds: 60 }), [
  describeAudioIndex({ frameCount: 2814 }),
]);

describe('makePlan', () => {
  it('copies H.264 and AAC, with encodes below, on one grid', () => {
    const plan = makePlan(describeVideoFile(), index, {});
    expect(ids(plan)).toEqual(['src', 'v720', 'v480', 'a0']);
    expect(plan.renditions[0]).toMatchObject({
      ...{ method: 'copy', width: 1920, height: 1080, codecs: 'avc1.640028', sampleCount: 1800 },
    });
    expect(plan.videoGrid?.copy?.ticks).toHaveLength(16);
    expect(plan.videoGrid?.frames).toEqual([...everyFourSeconds, 60].map((s) => s * 30));
    expect(audiosOf(plan)[0]).toMatchObject({ method: 'copy', offsetSamples: -1024, sampleRate: 48_000 });
  });

  it('is of another recipe with other settings, so that what was made by the ones before is known as such', () => {
    const recipes = [{}, { heights: [720] }, { heights: [720, 480] }, { segmentSeconds: 6 }].map(
      (settings) => {
        const { recipe } = makePlan(describeVideoFile(), index, settings);
        expect(recipe).toBe(recipeOf(settings));
        return recipe;
      },
    );
    expect(new Set(recipes).size).toBe(4);
    expect(recipeOf({ segmentSeconds: 4 })).toBe(recipes[0]);
    expect(recipeOf({ heights: Array.from({ length: 500 }, (_, i) => 2000 - i) })).toMatch(/^[\w-]{1,40}$/);
  });

  it('tells a copy’s bandwidth from the bytes of its segments and their headers', () => {
    const source = describeVideoIndex({
      keyframeSeconds: everyFourSeconds,
      endSeconds: 60,
      bytesPerSecond: 500_000,
    });
    source.sizeBetween = (from, to) => (to - from) * (from === 4 * source.timescale ? 10 : 5);
    const [copy] = makePlan(describeVideoFile(), describeIndex(source), {}).renditions;
    // 10 bytes a tick at 90 kHz are 7.2 Mb/s; 30 samples a second take 16 bytes each, a segment 108.
    const headersBps = (4 * 30 * 16 + 108) * 2;
    expect(copy).toMatchObject({ bandwidthBps: 7_200_000 + headersBps });
    expect(copy).toMatchObject({ averageBandwidthBps: (3_600_000 * 14 + 7_200_000) / 15 + headersBps });
  });

  it('puts the smallest first where all are encoded, since that is there soonest', () => {
    const plan = makePlan(describeVideoFile({ codec: 'hevc' }), undefined, {});
    expect(ids(plan)).toEqual(['v480', 'v720', 'v1080', 'a0']);
    expect(plan.videoGrid?.copy).toBeUndefined();
    expect(plan.videoGrid?.frames.slice(0, 5)).toEqual([0, 15, 60, 120, 180]);
  });

  it('takes heights and segment length from the settings', () => {
    const plan = makePlan(describeVideoFile(), index, { heights: [360], segmentSeconds: 8 });
    expect(ids(plan)).toEqual(['src', 'v360', 'a0']);
    expect(plan.videoGrid?.frames.slice(0, 4).map((f) => f / 30)).toEqual([0, 4, 12, 20]);
  });

  it.each([
    ['of another codec', {}, undefined, 2, 128_000],
    ['of one channel', { channels: 1 }, undefined, 1, 96_000],
    ['of six channels, even as AAC', { channels: 6 }, describeAudioIndex({ channels: 6 }), 2, 128_000],
    ['that begins late', {}, describeAudioIndex({ offsetSamples: 24_000 }), 2, 128_000],
    ['without frames', {}, describeAudioIndex({ frameCount: 0 }), 2, 128_000],
  ])('encodes sound %s at 48 kHz', (_, audio, source, channels, bitrateBps) => {
    const info = describeVideoFile({}, { audios: [describeAudioTrack({ sampleRate: 44_100, ...audio })] });
    const plan = makePlan(info, describeIndex(undefined, source ? [source] : []), {});
    expect(audiosOf(plan)[0]).toMatchObject({
      ...{
        method: 'encode',
        sampleRate: 48_000,
        channels,
        bitrateBps,
        offsetSamples: 0,
        codecs: 'mp4a.40.2',
      },
    });
    const frames = audiosOf(plan)[0]!.frames;
    expect([frames[0], frames.at(-1)]).toEqual([0, Math.ceil((60 * 48_000) / 1024)]);
  });

  it('has no sound where the video has none', () => {
    expect(ids(makePlan(describeVideoFile({ codec: 'vp9' }, { audios: [] }), undefined, {}))).toEqual([
      ...['v480', 'v720', 'v1080'],
    ]);
  });

  it('holds sound alone for a song, cover or not', () => {
    const plan = makePlan(describeAudioFile({}, { cover: { index: 1 } }), undefined, {});
    expect(ids(plan)).toEqual(['a0']);
    expect(plan.videoGrid).toBeUndefined();
    const seconds = audiosOf(plan)[0]!.frames.map((frame) => Math.round((frame * 1024) / 48_000));
    expect(seconds).toEqual([0, 1, 2, 4, 6, 10, 14, 18, 22, 26, 30]);
  });

  it('lists every track with its language, one of them the default', () => {
    const audios = [
      describeAudioTrack({ ordinal: 0, language: 'en', isDefault: false }),
      describeAudioTrack({ ordinal: 1, language: 'fr', title: 'Commentaire', isDefault: true }),
      describeAudioTrack({ ordinal: 2, language: 'de', isDefault: true }),
    ];
    const plan = makePlan(describeVideoFile({}, { audios }), undefined, {});
    expect(
      audiosOf(plan).map(({ id, name, language, isDefault }) => [id, name, language, isDefault]),
    ).toEqual([
      ['a0', 'English', 'en', false],
      ['a1', 'Commentaire', 'fr', true],
      ['a2', 'German', 'de', false],
    ]);
  });

  it('shows subtitles by themselves only when they are forced', () => {
    const subtitle = { index: 2, codec: 'subrip', isDefault: true, language: 'en' };
    const subtitles = [
      { ...subtitle, ordinal: 0, isForced: false },
      { ...subtitle, ordinal: 1, isForced: true },
    ];
    const plan = makePlan(describeVideoFile({}, { subtitles }), undefined, {});
    expect(plan.renditions.filter((r) => r.kind === 'subtitles')).toEqual([
      {
        id: 's0',
        kind: 'subtitles',
        ordinal: 0,
        language: 'en',
        name: 'English',
        isDefault: false,
        isForced: false,
      },
      {
        id: 's1',
        kind: 'subtitles',
        ordinal: 1,
        language: 'en',
        name: 'English 2',
        isDefault: true,
        isForced: true,
      },
    ]);
  });

  it('refuses a file with nothing to see or hear', () => {
    expect(() => makePlan(describeAudioFile({}, { audios: [] }), undefined, {})).toThrow(
      expect.objectContaining({ code: 'unsupported-media' }),
    );
  });

  it('survives being stored as JSON', () => {
    const plan = makePlan(describeVideoFile(), index, {});
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });
});
