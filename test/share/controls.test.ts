import { describe, expect, test } from 'vitest';
import { checkControls, endingOf } from '../../server/share/controls.js';
import type { ControlsChange } from '../../server/share/model.js';

const nowMs = 1_000_000;
const check = (change: ControlsChange, visibility: 'public' | 'private' = 'public') =>
  checkControls(change, { visibility, nowMs });

describe('what an owner asks of a link', () => {
  test.each<[string, ControlsChange]>([
    ['an end that is now', { expiresAtMs: nowMs }],
    ['an end that nobody can write down', { expiresAtMs: Number.MAX_SAFE_INTEGER }],
    ['an end that is no number', { expiresAtMs: NaN }],
    ['no views at all', { maxViews: 0 }],
    ['half a view', { maxViews: 1.5 }],
    ['an empty password', { password: '' }],
    ['a password longer than any', { password: 'x'.repeat(257) }],
    ['a site that is a page', { allowedOrigins: ['https://example.org/page'] }],
    ['a site without a scheme', { allowedOrigins: ['example.org'] }],
    ['a site of another scheme', { allowedOrigins: ['ftp://example.org'] }],
    ['a site with a name in it', { allowedOrigins: ['https://me@example.org'] }],
    ['every site under a top-level star', { allowedOrigins: ['https://*'] }],
    [
      'a site that would end the rule',
      { allowedOrigins: ["https://example.org; script-src 'unsafe-inline'"] },
    ],
    ['a site that would begin another', { allowedOrigins: ['https://example.org https://evil.example'] }],
    ['too many sites', { allowedOrigins: Array.from({ length: 21 }, (_, n) => `https://s${n}.example`) }],
  ])('is refused for %s', (_what, change) => {
    expect(() => check(change)).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  test('may not be a password for members, who need none', () => {
    expect(() => check({ password: 'x' }, 'private')).toThrow(/members/);
    expect(check({ password: null }, 'private')).toEqual({ password: null });
  });

  test('keeps sites as browsers write them, each once', () => {
    const allowedOrigins = [
      ' HTTPS://Example.org/',
      'https://example.org:443',
      'http://localhost:3000',
      'https://*.example.org',
      'https://bücher.example',
    ];
    expect(check({ allowedOrigins }).allowedOrigins).toEqual([
      'https://example.org',
      'http://localhost:3000',
      'https://*.example.org',
      'https://xn--bcher-kva.example',
    ]);
  });
});

test('a link ends at its time and not before, whatever its views', () => {
  expect(endingOf({ expiresAtMs: nowMs }, false, nowMs - 1)).toBeUndefined();
  expect(endingOf({ expiresAtMs: nowMs }, true, nowMs)).toBe('expired');
  expect(endingOf({}, true, nowMs)).toBe('used-up');
});
