/** Files that are missed keep their links until an admin says that they were deleted. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { WatcherNews } from '../../../server/web/pages/library-view.js';
import { createForms, type Forms } from '../../support/forms.js';
import { startWeb, type TestWeb } from '../../support/web.js';

const PASSWORD = 'lighthouse keeper';
const QUESTION = 'These files were deleted on purpose';
let web: TestWeb;
let news: WatcherNews;
let accepted = 0;

beforeAll(async () => {
  web = await startWeb({ ingestStatus: () => news, acceptLoss: async () => void accepted++ });
  await web.auth.members.add({ username: 'owner', password: PASSWORD }, 'admin');
  await web.auth.members.add({ username: 'guest', password: PASSWORD }, 'member');
});
afterAll(() => web.close());
beforeEach(() => {
  news = { rootState: 'mass-vanish', warning: '9 of 10 files vanished at once.' };
  accepted = 0;
});

async function signedIn(username: string): Promise<Forms> {
  const forms = createForms(web.url);
  await forms.submit('/login', { username, password: PASSWORD });
  return forms;
}

test('an admin is asked below the warning, and confirms by one click', async () => {
  const forms = await signedIn('owner');
  expect(await (await forms.get('/')).text()).toContain(QUESTION);
  const response = await forms.submit('/', { back: '/' }, { action: '/files/loss' });
  expect([response.status, accepted]).toEqual([303, 1]);
});

test('a member sees the warning only, and may not confirm', async () => {
  const forms = await signedIn('guest');
  const html = await (await forms.get('/')).text();
  expect(html).toContain(news.warning);
  expect(html).not.toContain(QUESTION);
  expect((await forms.submit('/', {}, { action: '/files/loss' })).status).toBe(403);
  expect((await (await signedIn('owner')).post('/files/loss', {})).status).toBe(403);
  expect((await createForms(web.url).post('/files/loss', {})).status).toBe(401);
  expect(accepted).toBe(0);
});

test('where all is well, or the folder itself is not there, nothing is asked and nothing accepted', async () => {
  const forms = await signedIn('owner');
  for (const rootState of ['ok', 'missing'] as const) {
    news = { rootState };
    expect(await (await forms.get('/')).text()).not.toContain(QUESTION);
    await forms.submit('/', {}, { action: '/files/loss' });
  }
  expect(accepted).toBe(0);
});
