import { expect, test } from 'vitest';
import { numberName, toDisplayName, toSafeName } from '../../server/library/file-name.js';
import { judgeName } from '../../server/media/names.js';

test.each([
  ['clip.mp4', 'clip.mp4'],
  ['../../etc/passwd', '_.._etc_passwd'],
  ['/abs/clip.mp4', '_abs_clip.mp4'],
  ['..\\clip.mp4', '_clip.mp4'],
  ['.hidden.mp4', 'hidden.mp4'],
  ['~lock.mp4', 'lock.mp4'],
  ['-rf.mp4', 'rf.mp4'],
  ['a\0b\n.mp4', 'ab.mp4'],
  ['clip.mp4~ . ', 'clip.mp4'],
  ['', 'upload'],
  ['...', 'upload'],
  ['Übung – 🎬.mp4', 'Übung – 🎬.mp4'],
  ['a:b*c?.mp4', 'a_b_c_.mp4'],
])('%j lands as %j', (given, name) => {
  expect(toSafeName(given)).toBe(name);
});

test('a long name is shortened and keeps its ending', () => {
  const name = toSafeName(`${'🎬'.repeat(500)}.mp4`);
  expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200);
  expect(name).toMatch(/^🎬+\.mp4$/u);
});

test('names of what is no media are known by the watch as such', () => {
  expect(judgeName(toSafeName('.part'))).toBe('media');
  expect(judgeName(toSafeName('clip.part'))).toBe('partial');
});

test('a number goes before the ending', () => {
  expect([1, 2].map((n) => numberName('a.b.mp4', n))).toEqual(['a.b.mp4', 'a.b (2).mp4']);
  expect(numberName('plain', 3)).toBe('plain (3)');
});

test('people see the last part of what was sent', () => {
  expect(toDisplayName('C:\\films\\Film.mp4')).toBe('Film.mp4');
  expect(toDisplayName('\n')).toBe('upload');
  expect(toDisplayName('film\u202e4pm.exe')).toBe('film4pm.exe');
});
