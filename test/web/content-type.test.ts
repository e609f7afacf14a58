import { describe, expect, test } from 'vitest';
import { contentTypeOf } from '../../server/web/content-type.js';

describe('contentTypeOf', () => {
  test.each([
    ['a/b.mp4', 'video/mp4'],
    ['B.MKV', 'video/x-matroska'],
    ['song.flac', 'audio/flac'],
    ['page.html', 'application/octet-stream'],
    ['image.svg', 'application/octet-stream'],
    ['constructor', 'application/octet-stream'],
    ['x.__proto__', 'application/octet-stream'],
    ['.mp4', 'video/mp4'],
    ['none', 'application/octet-stream'],
  ])('%s is %s', (path, type) => {
    expect(contentTypeOf(path)).toBe(type);
  });
});
