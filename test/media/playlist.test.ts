import { describe, expect, it } from 'vitest';
import { makePlan } from '../../server/media/make-plan.js';
import type { Plan } from '../../server/media/plan.js';
import { mediaPlaylist, multivariantPlaylist } from '../../server/media/playlist.js';
import { describeAudioIndex, describeIndex, describeVideoIndex } from '../support/media-index.js';
import { describeAudioFile, describeAudioTrack, describeVideoFile } from '../support/media-info.js';
import { inRounds } from '../support/random.js';

const film = makePlan(
  describeVideoFile(
    { frameRate: { num: 30_000, den: 1001 } },
    {
      durationSeconds: 15,
      audios: [
        describeAudioTrack({ language: 'en' }),
        describeAudioTrack({ ordinal: 1, codec: 'ac3', title: 'The "director"\nspeaks', isDefault: false }),
      ],
      subtitles: [
        { index: 3, ordinal: 0, codec: 'subrip', language: 'de', isDefault: false, isForced: false },
        {
          index: 4,
          ordinal: 1,
          codec: 'ass',
          language: 'de',
          title: 'Signs',
          isDefault: false,
          isForced: true,
        },
      ],
    },
  ),
  describeIndex(describeVideoIndex({ keyframeSeconds: [0.021, 2, 8, 14], endSeconds: 15 }), [
    describeAudioIndex(),
  ]),
  {},
);
const song = makePlan(describeAudioFile({}, { durationSeconds: 7 }), undefined, {});

describe('multivariantPlaylist', () => {
  it('lists the copy first, encodes below it, sound and subtitles beside them', () => {
    expect(multivariantPlaylist(film)).toMatchInlineSnapshot(`
      "#EXTM3U
      #EXT-X-VERSION:7
      #EXT-X-INDEPENDENT-SEGMENTS
      #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="English",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="a0/index.m3u8"
      #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="The 'director' speaks",DEFAULT=NO,AUTOSELECT=YES,CHANNELS="2",URI="a1/index.m3u8"
      #EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subs",NAME="German",LANGUAGE="de",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,URI="s0/index.m3u8"
      #EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subs",NAME="Signs",LANGUAGE="de",DEFAULT=YES,AUTOSELECT=YES,FORCED=YES,URI="s1/index.m3u8"
      #EXT-X-STREAM-INF:BANDWIDTH=8186688,AVERAGE-BANDWIDTH=8186678,CODECS="avc1.640028,mp4a.40.2",RESOLUTION=1920x1080,FRAME-RATE=29.970,AUDIO="audio",SUBTITLES="subs"
      src/index.m3u8
      #EXT-X-STREAM-INF:BANDWIDTH=3471602,AVERAGE-BANDWIDTH=1976601,CODECS="avc1.64001F,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=29.970,AUDIO="audio",SUBTITLES="subs"
      v720/index.m3u8
      #EXT-X-STREAM-INF:BANDWIDTH=1832602,AVERAGE-BANDWIDTH=1082601,CODECS="avc1.64001F,mp4a.40.2",RESOLUTION=854x480,FRAME-RATE=29.970,AUDIO="audio",SUBTITLES="subs"
      v480/index.m3u8
      "
    `);
  });

  it('tells what was measured as soon as it is known', () => {
    const measured = {
      v480: { bandwidthBps: 1_234_567, averageBandwidthBps: 765_432 },
      a1: { bandwidthBps: 140_000, averageBandwidthBps: 120_000 },
    };
    const tag = multivariantPlaylist(film, measured)
      .split('\n')
      .find((line) => line.includes('RESOLUTION=854x480'));
    // The copied sound is the larger: 160 kb/s and its headers, with a margin for what is estimated.
    const sound = Math.ceil((160_000 + 6000) * 1.1);
    expect(tag).toContain(`BANDWIDTH=${1_234_567 + sound},AVERAGE-BANDWIDTH=${765_432 + sound},`);
  });

  it('offers sound alone as the variant itself', () => {
    expect(multivariantPlaylist(song)).toMatchInlineSnapshot(`
      "#EXTM3U
      #EXT-X-VERSION:7
      #EXT-X-INDEPENDENT-SEGMENTS
      #EXT-X-STREAM-INF:BANDWIDTH=140800,AVERAGE-BANDWIDTH=140800,CODECS="mp4a.40.2"
      a0/index.m3u8
      "
    `);
  });

  it('lets several tracks of sound be chosen among', () => {
    const audios = [
      describeAudioTrack({ language: 'en' }),
      describeAudioTrack({ ordinal: 1, language: 'fr' }),
    ];
    const plan = makePlan(describeAudioFile({}, { audios }), undefined, {});
    const lines = multivariantPlaylist(plan).trim().split('\n');
    expect(lines.filter((line) => line.startsWith('#EXT-X-MEDIA'))).toHaveLength(2);
    expect(lines.at(-2)).toMatch(/CODECS="mp4a\.40\.2",AUDIO="audio"$/);
    expect(lines.at(-1)).toBe('a0/index.m3u8');
  });

  it('has no audio group for a silent video', () => {
    const plan = makePlan(describeVideoFile({}, { audios: [] }), undefined, {});
    expect(multivariantPlaylist(plan)).not.toMatch(/AUDIO|mp4a/);
  });
});

describe('mediaPlaylist', () => {
  it('cuts the copy at the source’s keyframes', () => {
    expect(mediaPlaylist(film, 'src')).toMatchInlineSnapshot(`
      "#EXTM3U
      #EXT-X-VERSION:7
      #EXT-X-TARGETDURATION:6
      #EXT-X-MEDIA-SEQUENCE:0
      #EXT-X-PLAYLIST-TYPE:VOD
      #EXT-X-INDEPENDENT-SEGMENTS
      #EXT-X-MAP:URI="init.mp4"
      #EXTINF:2.000000,
      0.m4s
      #EXTINF:6.000000,
      1.m4s
      #EXTINF:6.000000,
      2.m4s
      #EXTINF:1.000000,
      3.m4s
      #EXT-X-ENDLIST
      "
    `);
  });

  it('cuts encodes on whole frames at the same times', () => {
    expect(mediaPlaylist(film, 'v480')).toMatchInlineSnapshot(`
      "#EXTM3U
      #EXT-X-VERSION:7
      #EXT-X-TARGETDURATION:6
      #EXT-X-MEDIA-SEQUENCE:0
      #EXT-X-PLAYLIST-TYPE:VOD
      #EXT-X-INDEPENDENT-SEGMENTS
      #EXT-X-MAP:URI="init.mp4"
      #EXTINF:2.002000,
      0.m4s
      #EXTINF:6.006000,
      1.m4s
      #EXTINF:6.006000,
      2.m4s
      #EXTINF:1.001000,
      3.m4s
      #EXT-X-ENDLIST
      "
    `);
  });

  it('gives subtitles as one piece', () => {
    expect(mediaPlaylist(film, 's0')).toMatchInlineSnapshot(`
      "#EXTM3U
      #EXT-X-VERSION:7
      #EXT-X-TARGETDURATION:15
      #EXT-X-MEDIA-SEQUENCE:0
      #EXT-X-PLAYLIST-TYPE:VOD
      #EXTINF:15.000000,
      0.vtt
      #EXT-X-ENDLIST
      "
    `);
  });

  it('knows only the plan’s renditions', () => {
    expect(() => mediaPlaylist(film, 'v1080')).toThrow(expect.objectContaining({ code: 'not-found' }));
  });

  it('promises a target duration that no segment exceeds, the same in all renditions (any plan)', () => {
    inRounds(100, (random) => {
      const durationSeconds = random.between(0.1, 600);
      const keyframeSeconds = [0];
      while (keyframeSeconds.at(-1)! < durationSeconds - 11) {
        keyframeSeconds.push(keyframeSeconds.at(-1)! + random.between(0.04, 10));
      }
      const frameRate = random.pick([
        { num: 25, den: 1 },
        { num: 30_000, den: 1001 },
      ]);
      const info = describeVideoFile({ frameRate }, { durationSeconds });
      const index = describeIndex(
        describeVideoIndex({ keyframeSeconds, endSeconds: durationSeconds }),
        random.pick([[], [describeAudioIndex({ frameCount: Math.floor(durationSeconds * 46.875) + 1 })]]),
      );
      const plan = makePlan(info, random.pick([undefined, index]), {});
      const targets = plan.renditions.map(({ id }) => checkMediaPlaylist(plan, id, durationSeconds));
      expect(new Set(targets).size).toBe(1);
    });
  });
});

/** The rules of RFC 8216 that any media playlist must keep; returns its target duration. */
function checkMediaPlaylist(plan: Plan, id: string, durationSeconds: number): number {
  const lines = mediaPlaylist(plan, id).trimEnd().split('\n');
  const target = Number(lines.find((l) => l.startsWith('#EXT-X-TARGETDURATION:'))!.split(':')[1]);
  const durations = lines.filter((l) => l.startsWith('#EXTINF:')).map((l) => parseFloat(l.slice(8)));
  const uris = lines.filter((l) => !l.startsWith('#'));
  expect(lines[0]).toBe('#EXTM3U');
  expect(lines.at(-1)).toBe('#EXT-X-ENDLIST');
  expect(uris).toEqual(durations.map((_, n) => `${n}.m4s`));
  expect(Math.min(...durations)).toBeGreaterThan(0);
  expect(Math.max(...durations.map(Math.round))).toBeLessThanOrEqual(target);
  const sum = durations.reduce((a, b) => a + b, 0);
  expect(Math.abs(sum - durationSeconds)).toBeLessThan(0.1);
  return target;
}
