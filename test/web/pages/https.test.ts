import { afterAll, beforeAll, expect, test } from 'vitest';
import { createForms } from '../../support/forms.js';
import { startWeb, type TestWeb } from '../../support/web.js';

const owner = { username: 'owner', password: 'correct horse' };

let web: TestWeb;
beforeAll(async () => {
  web = await startWeb({ env: { BASE_URL: 'https://media.example.org' } });
  await web.auth.members.add(owner, 'admin');
});
afterAll(() => web.close());

test('with an https address every cookie is Secure, though the proxy speaks plain http to us', async () => {
  const forms = createForms(web.url);
  const form = await forms.get('/login');
  expect(form.headers.getSetCookie()).toEqual([expect.stringMatching(/^lanternshare_form=.*; Secure/)]);
  const response = await forms.submit('/login', owner, { headers: { origin: 'https://media.example.org' } });
  expect(response.status).toBe(303);
  expect(response.headers.getSetCookie()).toEqual([
    expect.stringMatching(/^lanternshare_session=.*; Secure/),
  ]);
  expect((await forms.get('/')).status).toBe(200);
});

test('who comes by plain http is told where to sign in', async () => {
  const headers = { origin: 'http://192.168.1.9:8080' };
  const response = await createForms(web.url).submit('/login', owner, { headers });
  expect(response.status).toBe(403);
  expect(await response.text()).toContain('Sign in at https://media.example.org.');
});
