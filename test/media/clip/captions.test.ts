import { expect, test } from 'vitest';
import { cutWebVtt } from '../../../server/media/clip/index.js';

const TEXT = `WEBVTT
X-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000

NOTE the murderer is the gardener

STYLE
::cue { color: red }

REGION
id:low

intro
00:00:01.000 --> 00:00:04.000
Before and into it

00:00:05.000 --> 00:00:06.500 line:0
In it
on two lines

chapter 7
00:59.000 --> 01:02.000
Much later

00:00:09.000 --> 00:00:12.000
Out <00:00:09.500>of <00:00:11.000>it
`;

test('cues are those of the range, on its time, and nothing else is told', () => {
  const cut = cutWebVtt(TEXT, { fromSeconds: 2, toSeconds: 10, originSeconds: 1.96 });
  expect(cut).toBe(`WEBVTT
X-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000

STYLE
::cue { color: red }

REGION
id:low

00:00:00.040 --> 00:00:02.040
Before and into it

00:00:03.040 --> 00:00:04.540 line:0
In it
on two lines

00:00:07.040 --> 00:00:08.040
Out <00:00:07.540>of${' '}
`);
});

test('a cue that ends where the range begins, or begins where it ends, is outside', () => {
  const cut = cutWebVtt(TEXT, { fromSeconds: 6.5, toSeconds: 9, originSeconds: 6.5 });
  expect(cut).not.toContain('-->');
});

test('what is no cue is left out, with line ends of every kind', () => {
  const odd = 'WEBVTT\r\n\r\nnot a cue at all\r\n\r\n00:00:01.000 --> 00:00:02.000\r\nHeard\r\n';
  expect(cutWebVtt(odd, { fromSeconds: 0, toSeconds: 3, originSeconds: 0 })).toMatch(
    /000\n\n00:00:01\.000 --> 00:00:02\.000\nHeard\n$/,
  );
});
