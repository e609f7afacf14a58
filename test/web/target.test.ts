import { describe, expect, test } from 'vitest';
import { createTargetReader } from '../../server/web/target.js';

const id = '0b5f8c5e-6a3e-4a0e-9a3e-2f0f6f2b7c11';

describe('the request target', () => {
  test.each([
    ['/share/1', '/share/1'],
    ['http://example.org/share/1?s=2', '/share/1?s=2'],
    ['HTTPS://example.org:8443', '/'],
    ['http://example.org?x', '/?x'],
    ['*', '*'],
    ['ftp://example.org/', 'ftp://example.org/'],
  ])('%s is read as %s', (target, path) => {
    expect(createTargetReader('')(target)).toBe(path);
  });

  test.each([
    ['/watch/share/1', '/share/1'],
    ['/share/1', '/share/1'],
    ['/watch', '/'],
    ['/watch/', '/'],
    ['/watch?x=1', '/?x=1'],
    ['/watching', '/watching'],
    ['/watch/watch', '/watch'],
  ])('with the prefix /watch, %s means %s whether a proxy strips it or not', (target, path) => {
    expect(createTargetReader('/watch')(target)).toBe(path);
  });

  test.each([
    [`/share/share/${id}`, `/share/${id}`],
    [`/share/${id}`, `/share/${id}`],
    [`/share/${id}/state`, `/share/${id}/state`],
    ['/share/v1/share', '/v1/share'],
    ['/share/', '/'],
    ['/share', '/'],
    ['/v1/share', '/v1/share'],
  ])('with the prefix /share, which is also a page of ours, %s means %s', (target, path) => {
    expect(createTargetReader('/share')(target)).toBe(path);
  });
});
