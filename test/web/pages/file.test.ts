import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createForms, type Forms } from '../../support/forms.js';
import { startWeb, type TestWeb } from '../../support/web.js';

const guest = { username: 'guest', password: 'battery staple' };

let web: TestWeb;
let forms: Forms;
let path: string;
beforeAll(async () => {
  web = await startWeb();
  path = `/files/${web.file.id}`;
  await web.auth.members.add(guest, 'member');
  forms = createForms(web.url);
  await forms.submit('/login', guest);
});
afterAll(() => web.close());

describe('the page of a file', () => {
  test('is for who is signed in, and so is all below it', async () => {
    const visitor = createForms(web.url);
    const asked = await visitor.get(path);
    expect([asked.status, asked.headers.get('location')]).toEqual([
      303,
      `/login?next=${encodeURIComponent(path)}`,
    ]);
    expect((await visitor.get(`${path}/download`)).status).toBe(303);
    expect((await visitor.get(`${path}/state`)).status).toBe(401);
    for (const verb of ['rename', 'metadata', `clips/${web.file.id}/share`]) {
      expect((await visitor.post(`${path}/${verb}`, { name: 'x' })).status, verb).toBe(401);
      expect((await forms.post(`${path}/${verb}`, { name: 'x', csrf: 'wrong' })).status, verb).toBe(403);
    }
    expect((await web.library.get(web.file.id))!.displayName).toBe('clip.mp4');
  });

  test('is kept by no cache and does not send its address along', async () => {
    const { headers } = await forms.get(path);
    expect([headers.get('cache-control'), headers.get('referrer-policy')]).toEqual([
      'no-store',
      'no-referrer',
    ]);
  });

  test('has the next address of its stream', async () => {
    const state = (await (await forms.get(`${path}/state`)).json()) as { stream: string; livesMs: number };
    expect(state).toMatchObject({ state: 'ready', generation: web.generation.id, isComplete: false });
    expect(state.livesMs).toBeGreaterThan(11 * 3600 * 1000);
    expect((await fetch(web.url + state.stream)).status).toBe(200);
    const download = await forms.get(`${path}/download`);
    expect(download.headers.get('location')).toMatch(/^\/download\/.*\/clip\.mp4$/);
  });

  test.each(['/files/nothing', '/files/4f1c1c1e-0000-4000-8000-000000000000', '/files/..%2f..%2fetc'])(
    'is not there at %s',
    async (wrong) => {
      expect((await forms.get(wrong)).status).toBe(404);
    },
  );

  test('prints what people typed as text', async () => {
    await forms.submit(path, { name: '<script>x</script>' }, { action: `${path}/rename` });
    const html = await (await forms.get(path)).text();
    expect(html).toContain('&lt;script&gt;x&lt;/script&gt;');
    expect(html).not.toContain('<script>x');
    await web.library.update(web.file.id, { displayName: 'clip.mp4' });
  });

  test.each([
    ['rename', { name: '  ' }, 'The name must be text of 1 to 255 characters in one line.'],
    ['rename', { name: 'a\nb' }, 'The name must be text of 1 to 255 characters in one line.'],
    ['metadata', { metadata: '[1]' }, 'Metadata is a JSON object'],
    ['metadata', { metadata: '{' }, 'This is not JSON'],
    ['metadata', { metadata: JSON.stringify({ a: 'x'.repeat(20_000) }) }, 'metadata is too long'],
  ])('refuses at %s %j', async (verb, fields, words) => {
    const response = await forms.submit(path, fields, { action: `${path}/${verb}` });
    const html = await response.text();
    expect([response.status, /role="alert">([^<]+)</.exec(html)?.[1]]).toEqual([
      400,
      expect.stringContaining(words),
    ]);
  });

  test('takes metadata and takes it away', async () => {
    const save = (metadata: string) => forms.submit(path, { metadata }, { action: `${path}/metadata` });
    expect((await save('{"year":2024}')).headers.get('location')).toBe(`${path}?done=metadata`);
    expect((await web.library.get(web.file.id))!.metadata).toEqual({ year: 2024 });
    await save('{}');
    expect((await web.library.get(web.file.id))!.metadata).toBeUndefined();
  });
});
