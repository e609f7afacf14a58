import { describe, expect, test } from 'vitest';
import { isNotModified, mayUseRange } from '../../server/web/conditions.js';

const etag = '"abc"';
const lastModifiedMs = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const date = new Date(lastModifiedMs).toUTCString();
const earlier = new Date(lastModifiedMs - 1000).toUTCString();

describe('isNotModified', () => {
  test.each(['"abc"', 'W/"abc"', '*', '"x", "abc"', 'W/"x",W/"abc"', ' * '])('%s has it', (given) => {
    expect(isNotModified({ 'if-none-match': given }, { etag })).toBe(true);
  });

  test.each(['"abcd"', 'abc', '', '"x", "y"', '"ab', '"a*c"'])('%s has it not', (given) => {
    expect(isNotModified({ 'if-none-match': given }, { etag })).toBe(false);
  });

  test('a date counts when no tag was sent', () => {
    expect(isNotModified({ 'if-modified-since': date }, { etag, lastModifiedMs })).toBe(true);
    expect(isNotModified({ 'if-modified-since': earlier }, { etag, lastModifiedMs })).toBe(false);
    expect(isNotModified({ 'if-modified-since': 'yesterday' }, { etag, lastModifiedMs })).toBe(false);
    const both = { 'if-none-match': '"x"', 'if-modified-since': date };
    expect(isNotModified(both, { etag, lastModifiedMs })).toBe(false);
  });
});

describe('mayUseRange', () => {
  test('without If-Range always, with it only for the very same content', () => {
    expect(mayUseRange({}, { etag })).toBe(true);
    expect(mayUseRange({ 'if-range': etag }, { etag })).toBe(true);
    expect(mayUseRange({ 'if-range': 'W/"abc"' }, { etag })).toBe(false);
    expect(mayUseRange({ 'if-range': '"x"' }, { etag })).toBe(false);
    expect(mayUseRange({ 'if-range': date }, { etag, lastModifiedMs })).toBe(true);
    expect(mayUseRange({ 'if-range': earlier }, { etag, lastModifiedMs })).toBe(false);
    expect(mayUseRange({ 'if-range': date }, { etag })).toBe(false);
    expect(mayUseRange({ 'if-range': 'rubbish' }, { etag, lastModifiedMs })).toBe(false);
  });
});
