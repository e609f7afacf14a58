import { afterAll, beforeAll, expect, test } from 'vitest';
import { createForms, type Forms } from '../../support/forms.js';
import { startWeb, type TestWeb } from '../../support/web.js';

const guest = { username: 'guest', password: 'battery staple' };

let web: TestWeb;
let forms: Forms;
beforeAll(async () => {
  web = await startWeb();
  await web.auth.members.add(guest, 'member');
  forms = createForms(web.url);
  await forms.submit('/login', guest);
});
afterAll(() => web.close());

test('a file that was removed while its source stayed is listed, and restored by a click', async () => {
  const { id } = web.file;
  expect(await (await forms.get('/')).text()).not.toContain('/files/removed');
  await forms.submit('/', { id, source: 'keep' }, { action: '/files/bulk/delete' });
  expect(await (await forms.get('/')).text()).toContain('Removed files (1)');
  expect(await (await forms.get('/files/removed')).text()).toContain('clip.mp4');

  const visitor = createForms(web.url);
  expect((await visitor.get('/files/removed')).status).toBe(303);
  expect((await visitor.post(`/files/${id}/restore`, {})).status).toBe(401);
  expect((await forms.post(`/files/${id}/restore`, { csrf: 'wrong' })).status).toBe(403);
  expect(await web.library.get(id)).toBeUndefined();

  const restored = await forms.submit('/files/removed', {}, { action: `/files/${id}/restore` });
  expect(restored.headers.get('location')).toBe(`/files/${id}`);
  expect(await web.library.get(id)).toBeDefined();
  expect(web.taken).toContain(id);
  expect(await (await forms.get('/files/removed')).text()).toContain('There are none.');
  expect((await forms.submit('/files/removed', {}, { action: `/files/${id}/restore` })).status).toBe(404);
});
