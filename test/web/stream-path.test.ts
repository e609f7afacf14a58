import { describe, expect, test } from 'vitest';
import { isStreamPath, parseStreamPath } from '../../server/web/stream-path.js';

const token = 'AbCdEf0123456789_-xyz';

describe('parseStreamPath', () => {
  test.each([
    [`/hls/${token}/master.m3u8`, { kind: 'multivariant' }],
    [`/hls/${token}/master.m3u8?x=1`, { kind: 'multivariant' }],
    [`/hls/${token}/v480/index.m3u8`, { kind: 'playlist', renditionId: 'v480' }],
    [`/hls/${token}/src/init.mp4`, { kind: 'init', renditionId: 'src', which: 'parent' }],
    [`/hls/${token}/src/head.mp4`, { kind: 'init', renditionId: 'src', which: 'head' }],
    [`/hls/${token}/src/tail.mp4`, { kind: 'init', renditionId: 'src', which: 'tail' }],
    [`/hls/${token}/a0/0.m4s`, { kind: 'segment', renditionId: 'a0', n: 0 }],
    [`/hls/${token}/v1080/1799.m4s`, { kind: 'segment', renditionId: 'v1080', n: 1799 }],
    [`/hls/${token}/s0/0.vtt`, { kind: 'captions', renditionId: 's0' }],
    [`/media/${token}/poster.jpg`, { kind: 'poster' }],
    [`/media/${token}/storyboard.vtt`, { kind: 'companion', name: 'storyboard.vtt' }],
    [`/media/${token}/waveform.json`, { kind: 'companion', name: 'waveform.json' }],
    [`/media/${token}/frame.jpg`, { kind: 'frame' }],
    [`/download/${token}/clip.mp4`, { kind: 'original' }],
    [`/download/${token}/${encodeURIComponent('Größe 100% 🎬 (1).mp4')}`, { kind: 'original' }],
  ])('%s is one of ours', (target, wanted) => {
    expect(parseStreamPath(target)).toEqual({ audience: target.split('/')[1], token, wanted });
  });

  test.each([
    `/hls/${token}`,
    `/hls/${token}/`,
    `/hls/${token}/master.m3u8/`,
    `/hls/${token}//master.m3u8`,
    `//hls/${token}/master.m3u8`,
    `/hls/${token}/./master.m3u8`,
    `/hls/${token}/v480/../master.m3u8`,
    `/hls/${token}/v480/%2e%2e/master.m3u8`,
    `/hls/${token}/v480%2Findex.m3u8`,
    `/hls/${token}/v480%2findex.m3u8`,
    `/hls/${token}/%76480/index.m3u8`,
    `/hls/${token}/v480/index.m3u8%00`,
    `/hls/${token}/v480/00.m4s`,
    `/hls/${token}/v480/-1.m4s`,
    `/hls/${token}/v480/1e3.m4s`,
    `/hls/${token}/v480/12345678.m4s`,
    `/hls/${token}/v480/1.m4s.tmp`,
    `/hls/${token}/v480/1.ts`,
    `/hls/${token}/v480/parent.mp4`,
    `/hls/${token}/s0/1.vtt`,
    `/hls/${token}/V480/index.m3u8`,
    `/hls/${token}/__proto__/index.m3u8`,
    `/hls/${token}/v480\\index.m3u8`,
    `/hls/${token}/poster.jpg`,
    `/hls/${token}/master.m3u8#x`,
    `/hls/short/master.m3u8`,
    `/hls/${'x'.repeat(10_000)}/master.m3u8`,
    `/hls/${token}/${'v'.repeat(10_000)}/index.m3u8`,
    `/hls/${token}/master.m3u8?${'x'.repeat(2000)}`,
    `/HLS/${token}/master.m3u8`,
    `/media/${token}/master.m3u8`,
    `/media/${token}/poster.jpg/..`,
    `/hls/${token}/storyboard.jpg`,
    `/media/${token}/storyboard.png`,
    `/download/${token}/`,
    `/download/${token}/..`,
    `/download/${token}/.`,
    `/download/${token}/a/b.mp4`,
    `/download/${token}/a%2Fb.mp4`,
    `/download/${token}/a%5Cb.mp4`,
    `/download/${token}/a%00.mp4`,
    `/download/${token}/a%0D%0Ab.mp4`,
    `/download/${token}/%2E%2E`,
    `/download/${token}/%61.mp4`,
    `/download/${token}/%c3%a4.mp4`,
    `/download/${token}/%C3.mp4`,
    `/download/${token}/%E0%A4%A.mp4`,
    `/download/${token}/a b.mp4`,
    `/download/${token}/ä.mp4`,
    `/share/${token}/master.m3u8`,
    '',
    '/',
    '*',
  ])('%s is not', (target) => {
    expect(parseStreamPath(target)).toBeUndefined();
  });

  test('whatever begins like a stream address never reaches the web app', () => {
    expect(isStreamPath(`/hls/${token}/../../login`)).toBe(true);
    expect(isStreamPath('/media/')).toBe(true);
    expect(isStreamPath('/download/x')).toBe(true);
    expect(isStreamPath('/hlsx')).toBe(false);
  });
});
