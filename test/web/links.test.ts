import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../../server/base/clock.js';
import { createSigner } from '../../server/sign/index.js';
import { createLinks, prefixOf } from '../../server/web/links.js';
import { parseStreamPath } from '../../server/web/stream-path.js';

const clock = createFakeClock(Date.UTC(2026, 5, 1, 10, 20, 30));
const signer = createSigner({
  keys: [{ id: 'test', secret: 'a secret that is long enough to be one' }],
  clock,
});
const share = { id: '0b5f8c5e-6a3e-4a0e-9a3e-2f0f6f2b7c11', epoch: 3, visibility: 'public' as const };
const generationId = '1c5f8c5e-6a3e-4a0e-9a3e-2f0f6f2b7c22';
const file = { id: '2d5f8c5e-6a3e-4a0e-9a3e-2f0f6f2b7c33', displayName: 'a/b "c" 🎬.mp4', generationId };
const saved = { generationId, name: file.displayName, window: undefined };
const make = (baseUrl?: string) => createLinks({ signer, clock, settings: { baseUrl } });
const req = { protocol: 'https', host: 'media.example.org:8443' };

const claimsOf = (url: string) => {
  const path = parseStreamPath(new URL(url).pathname)!;
  return signer.verify(path.token, path.audience);
};

describe('links', () => {
  test('without BASE_URL they lead to where the request came', () => {
    const to = make()(req);
    expect(to.base).toBe('https://media.example.org:8443');
    expect(to.shareUrl(share)).toBe(`https://media.example.org:8443/share/${share.id}`);
    expect(to.embedUrl(share)).toBe(`https://media.example.org:8443/share/${share.id}?layout=minimal`);
  });

  test('with BASE_URL they lead there, prefix included, whatever the request says', () => {
    const links = make('https://example.org/watch');
    expect(links({ protocol: 'http', host: 'evil"' }).to('/login')).toBe('https://example.org/watch/login');
    expect(links.onPage.to('/login')).toBe('/watch/login');
    expect(links.onPage.streamUrl(share, generationId, undefined)).toMatch(
      /^\/watch\/hls\/[\w-]+\/master\.m3u8$/,
    );
  });

  test.each(['', undefined, 'a b', 'a/b', 'x@y', '"', 'x:1:2', 'x:123456', '..', 'a'.repeat(300)])(
    'a Host of %j is refused',
    (host) => {
      expect(() => make()({ protocol: 'http', host })).toThrow(/Host header/);
    },
  );

  test.each(['localhost', '192.168.1.2:8080', '[::1]:8080', 'nas_1.local', 'a.b.example.'])(
    'a Host of %s is taken',
    (host) => {
      expect(make()({ protocol: 'http', host }).base).toBe(`http://${host}`);
    },
  );

  test("a share's stream has one address for as long as share and content stay", () => {
    const url = make()(req).streamUrl(share, generationId, undefined);
    expect(make()(req).streamUrl(share, generationId, undefined)).toBe(url);
    expect(claimsOf(url)).toMatchObject({ subjectId: share.id, generationId, epoch: 3, expiresAt: 0 });
  });

  test("a private share's stream and poster live for twelve hours, from the moment that they are asked for", () => {
    const hidden = { ...share, visibility: 'private' as const };
    const links = make()(req);
    for (const url of [
      links.streamUrl(hidden, generationId, undefined),
      links.posterUrl(hidden, generationId, undefined),
    ]) {
      expect(claimsOf(url)!.expiresAt * 1000).toBe(Date.UTC(2026, 5, 1, 23));
    }
    expect(links.streamLifeMs(hidden)).toBe(Date.UTC(2026, 5, 1, 23) - clock.now());
    expect(links.streamLifeMs(share)).toBeUndefined();
    const { expiresAtMs } = links.download(hidden, saved);
    expect(expiresAtMs).toBe(clock.now() + 300_000);
  });

  test('a download lives for five minutes and bears the name, made harmless', () => {
    const { url, expiresAtMs } = make()(req).download(share, saved);
    expect(expiresAtMs).toBe(clock.now() + 300_000);
    expect(decodeURIComponent(url.split('/').at(-1)!)).toBe('a_b "c" 🎬.mp4');
    expect(claimsOf(url)).toMatchObject({ audience: 'download', expiresAt: expiresAtMs / 1000 });
  });

  test.each([
    ['dots', '..'],
    ['a dot', '.'],
    ['nothing', ''],
    ['a control', '\u0000'],
    ['very long', 'x'.repeat(5000)],
    ['half a letter', '\ud800'],
    ['five hundred pictures', '🎬'.repeat(500)],
    ['percent', '%2F'],
    ['punctuation', "it's (1)*!~"],
  ])('whatever a file is called (%s), its download address is in our grammar', (_what, name) => {
    const { url } = make()(req).download(share, { ...saved, name });
    expect(parseStreamPath(url.slice(req.host.length + 'https://'.length))).toBeDefined();
  });

  test('what opens a part says so in the token, whichever door it is for', () => {
    const links = make()(req);
    const window = { startMs: 1500, endMs: 4000 };
    const urls = [
      links.streamUrl(share, generationId, window),
      links.posterUrl(share, generationId, window),
      links.download(share, { ...saved, window }).url,
    ];
    for (const url of urls) expect(claimsOf(url)).toMatchObject({ subjectId: share.id, clip: window });
    expect(claimsOf(links.streamUrl(share, generationId, undefined))).not.toHaveProperty('clip');
  });

  test('a long name keeps its ending', () => {
    const { url } = make()(req).download(share, { ...saved, name: `${'n'.repeat(300)}.mp4` });
    expect(url).toMatch(/n\.mp4$/);
  });

  test('a preview lives for twelve hours, rounded up so that one address serves an hour', () => {
    const claims = claimsOf(make()(req).previewStreamUrl(file)!)!;
    expect(claims).toMatchObject({ subject: 'file', subjectId: file.id, epoch: 0 });
    expect(claims.expiresAt * 1000).toBe(Date.UTC(2026, 5, 1, 23));
    expect(make()(req).previewPosterUrl({ ...file, generationId: undefined })).toBeUndefined();
  });

  test('the prefix is the path of BASE_URL', () => {
    expect(prefixOf(undefined)).toBe('');
    expect(prefixOf('https://example.org')).toBe('');
    expect(prefixOf('https://example.org/a/b')).toBe('/a/b');
  });
});
