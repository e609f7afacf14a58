import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Share } from '../../server/share/index.js';
import { openPrivateWorld, type PrivateWorld } from '../support/private.js';

let world: PrivateWorld;
let web: PrivateWorld['web'];
let share: Share;
beforeAll(async () => {
  world = await openPrivateWorld();
  ({ web } = world);
  share = web.share;
});
afterAll(() => web.close());

let browsers = 0;
const newBrowser = () => ({ 'user-agent': `Mozilla/5.0 Firefox/${++browsers}` });
const views = async () => web.shares.plays.viewsOf((await web.shares.get(share.id))!);

const begin = (headers: Record<string, string>, id = share.id) =>
  fetch(`${web.url}/share/${id}/plays`, { method: 'POST', headers });
const end = (ticket: string, headers: Record<string, string>, id = share.id) =>
  fetch(`${web.url}/share/${id}/plays/done`, { method: 'POST', headers, body: ticket });

async function ticketFor(headers: Record<string, string>): Promise<string> {
  const { ticket, afterSeconds } = (await (await begin(headers)).json()) as {
    ticket: string;
    afterSeconds: number;
  };
  expect(afterSeconds).toBe(3);
  return ticket;
}

test('a play that a page of ours tells of is counted, once', async () => {
  const before = await views();
  const browser = newBrowser();
  const ticket = await ticketFor(browser);
  await world.clock.advance(3000);
  expect((await end(ticket, browser)).status).toBe(204);
  await end(ticket, browser);
  await end(await ticketFor(browser), browser);
  expect((await views()) - before).toBe(1);
});

test('a play that is told of sooner than it can be is none', async () => {
  const before = await views();
  const browser = newBrowser();
  await end(await ticketFor(browser), browser);
  expect(await views()).toBe(before);
});

test('a play without a ticket of this share is none, and the answer does not tell', async () => {
  const { file } = await web.addFile('other.mp4', Buffer.from('other'));
  const other = await web.shares.create({ fileId: file.id });
  const ofOther = ((await (await begin({}, other.id)).json()) as { ticket: string }).ticket;
  await world.clock.advance(5000);
  const before = await views();
  for (const ticket of ['', 'x', ofOther, `${ofOther}x`]) {
    expect((await end(ticket, newBrowser())).status).toBe(204);
  }
  expect(await views()).toBe(before);
  expect((await end('x'.repeat(2000), newBrowser())).status).toBe(413);
});

test('a member is not counted, nor where nothing may be seen', async () => {
  expect((await begin({ cookie: world.member })).status).toBe(204);
  expect((await begin({}, world.share.id)).status).toBe(404);
  const { file } = await web.addFile('locked.mp4', Buffer.from('locked'));
  const locked = await web.shares.create({ fileId: file.id, password: 'x' });
  expect((await begin({}, locked.id)).status).toBe(403);
});
