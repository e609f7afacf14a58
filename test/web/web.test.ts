import request from 'supertest';
import { afterEach, describe, expect, test } from 'vitest';
import { API_KEY, startWeb, type TestWeb } from '../support/web.js';

const started: TestWeb[] = [];
afterEach(async () => {
  for (const web of started.splice(0)) await web.close();
});

async function start(options: Parameters<typeof startWeb>[0] = {}): Promise<TestWeb> {
  const web = await startWeb(options);
  started.push(web);
  return web;
}

describe('health', () => {
  test('the process answers, and says what keeps files from being shared', async () => {
    let checks: Record<string, unknown> = { database: true, firstScan: false };
    const readiness = () => Promise.resolve({ ready: Object.values(checks).every(Boolean), checks });
    const web = await start({ readiness });
    const alive = await request(web.url).get('/healthz');
    expect([alive.status, alive.body]).toEqual([200, { status: 'ok' }]);
    const waiting = await request(web.url).get('/readyz');
    expect([waiting.status, waiting.body]).toEqual([503, { ready: false, checks }]);
    checks = { ...checks, firstScan: true };
    const ready = await request(web.url).get('/readyz');
    expect([ready.status, ready.headers['cache-control']]).toEqual([200, 'no-store']);
  });

  test('a check that fails itself means not ready', async () => {
    const web = await start({ readiness: () => Promise.reject(new Error('no database')) });
    const res = await request(web.url).get('/readyz');
    expect([res.status, res.body]).toEqual([503, { ready: false, checks: {} }]);
  });
});

describe('behind a proxy', () => {
  test.each(['/watch', ''])('with a prefix in BASE_URL, %s/… is answered alike', async (prefix) => {
    const web = await start({ env: { BASE_URL: 'https://media.example.org/watch' } });
    const res = await request(web.url)
      .get(`${prefix}/v1/share/${web.share.id}`)
      .set('authorization', `Bearer ${API_KEY}`);
    expect(res.body.share_url).toBe(`https://media.example.org/watch/share/${web.share.id}`);
    const path = new URL(res.body.stream_url).pathname;
    expect(path).toMatch(/^\/watch\/hls\//);
    expect((await fetch(web.url + path.replace('/watch', prefix))).status).toBe(200);
    expect((await fetch(`${web.url}${prefix}/healthz`)).status).toBe(200);
    expect((await fetch(`${web.url}${prefix}/share/${web.share.id}`)).status).toBe(200);
  });

  test('forwarded names count only when the proxy is trusted', async () => {
    const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'media.example.org' };
    const shareUrl = async (web: TestWeb) => {
      const res = await request(web.url)
        .get(`/v1/share/${web.share.id}`)
        .set({ ...forwarded, authorization: `Bearer ${API_KEY}` });
      return res.body.share_url as string;
    };
    const plain = await start();
    expect(await shareUrl(plain)).toBe(`${plain.url}/share/${plain.share.id}`);
    const trusting = await start({ env: { TRUST_PROXY: 'loopback' } });
    expect(await shareUrl(trusting)).toBe(`https://media.example.org/share/${trusting.share.id}`);
  });
});

describe('headers', () => {
  test('pages tell nobody where they were, run nothing foreign and say nothing of their making', async () => {
    const web = await start();
    for (const path of [`/share/${web.share.id}`, '/nothing', '/login']) {
      const { headers } = await fetch(web.url + path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('content-security-policy')).toMatch(/script-src 'self';|default-src 'none';/);
      expect(headers.get('content-security-policy')).not.toMatch(/script-src[^;]*unsafe|unsafe-eval/);
      expect(headers.get('referrer-policy')).toMatch(/^(no-referrer|same-origin)$/);
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('server')).toBeNull();
    }
  });

  test('only a page with a player may carry styles inside it', async () => {
    const web = await start();
    const policyOf = async (path: string) =>
      (await fetch(web.url + path)).headers.get('content-security-policy');
    expect(await policyOf(`/share/${web.share.id}`)).toContain("style-src-elem 'self' 'unsafe-inline'");
    expect(await policyOf('/login')).not.toContain('unsafe');
  });

  test('requests are logged when looked for, without tokens', async () => {
    const web = await start();
    await (await fetch(`${web.url}/hls/${web.token('hls')}/master.m3u8`)).text();
    const line = () => web.logLines.map((l) => JSON.parse(l)).find((l) => l.msg === 'request was answered');
    await expect.poll(line, { interval: 10 }).toMatchObject({
      method: 'GET',
      url: '/hls/…/master.m3u8',
      status: 200,
      sent: true,
    });
  });
});
