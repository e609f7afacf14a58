import { describe, expect, test } from 'vitest';
import type { ShareDraft, Visitor } from '../../server/share/model.js';
import { openHall } from '../support/hall.js';

const HOUR_MS = 3600 * 1000;
const vlc = (address: string): Visitor => ({ address, agent: 'VLC/3.0.20' });

async function openShare(draft: Partial<ShareDraft> = {}) {
  const hall = await openHall();
  const { id: fileId } = await hall.publish('a.mp3');
  const share = await hall.shares.create({ fileId, ...draft });
  const { plays } = hall.shares;
  const deliver = (who: Visitor, seconds: number, ofSeconds = 100) =>
    plays.delivered(share, who, { seconds, ofSeconds });
  return { ...hall, share, plays, deliver, views: () => plays.viewsOf(share) };
}

describe('a play', () => {
  test('is ten seconds, or half of what is shorter', async () => {
    const { deliver, views } = await openShare();
    deliver(vlc('1.1.1.1'), 6);
    expect(views()).toBe(0);
    deliver(vlc('1.1.1.1'), 4);
    expect(views()).toBe(1);
    deliver(vlc('2.2.2.2'), 2, 6);
    deliver(vlc('2.2.2.2'), 1, 6);
    expect(views()).toBe(2);
  });

  test('is one per visitor and hour, however much is played, and by whatever way it is told', async () => {
    const { share, plays, deliver, views, clock } = await openShare();
    deliver(vlc('1.1.1.1'), 50);
    deliver(vlc('1.1.1.1'), 50);
    plays.played(share, vlc('1.1.1.1'));
    expect(views()).toBe(1);
    await clock.advance(HOUR_MS - 1);
    deliver(vlc('1.1.1.1'), 50);
    await clock.advance(HOUR_MS - 1);
    plays.played(share, vlc('1.1.1.1'));
    expect(views()).toBe(1);
    await clock.advance(HOUR_MS + 1);
    plays.played(share, vlc('1.1.1.1'));
    expect(views()).toBe(2);
  });

  test('of the same visitor is the same one across midnight', async () => {
    const { deliver, views, clock } = await openShare();
    await clock.advance(24 * HOUR_MS - 1000);
    deliver(vlc('1.1.1.1'), 50);
    await clock.advance(2000);
    deliver(vlc('1.1.1.1'), 50);
    expect(views()).toBe(1);
  });

  test('is told apart by address and program', async () => {
    const { share, plays, views } = await openShare();
    plays.played(share, { address: '1.1.1.1', agent: 'Mozilla/5.0 A' });
    plays.played(share, { address: '1.1.1.1', agent: 'Mozilla/5.0 B' });
    plays.played(share, { address: '2.2.2.2', agent: 'Mozilla/5.0 A' });
    expect(views()).toBe(3);
  });

  test.each([
    'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
    'facebookexternalhit/1.1',
    'TelegramBot (like TwitterBot)',
    'curl/8.5.0',
    'Mozilla/5.0 HeadlessChrome/120',
  ])('is none where %s looks', async (agent) => {
    const { share, plays, deliver, views } = await openShare();
    plays.played(share, { address: '1.1.1.1', agent });
    deliver({ address: '1.1.1.1', agent }, 50);
    expect(views()).toBe(0);
  });

  test('is written within seconds, together with others, and then still counted once', async () => {
    const { share, plays, deliver, views, clock, db, shares } = await openShare();
    deliver(vlc('1.1.1.1'), 50);
    deliver(vlc('2.2.2.2'), 50);
    const written = async () =>
      (await db.knex('shares').where('id', share.id).first<{ view_count: number }>()).view_count;
    expect(await written()).toBe(0);
    await clock.advance(5000);
    await plays.flush();
    expect(await written()).toBe(2);
    expect(plays.viewsOf((await shares.get(share.id))!)).toBe(2);
    expect(views()).toBe(0); // of the row as it was read before
    deliver(vlc('3.3.3.3'), 50);
    await shares.close();
    expect(await written()).toBe(3);
  });

  test('leaves no address anywhere', async () => {
    const { deliver, shares, db } = await openShare();
    deliver(vlc('203.0.113.77'), 50);
    await shares.close();
    const tables = await db.knex('sqlite_master').where('type', 'table').pluck<string[]>('name');
    for (const table of tables) {
      expect(JSON.stringify(await db.knex(table)), table).not.toContain('203.0.113.77');
    }
  });
});

describe('a limit of views', () => {
  test('lets those whom it counted go on, and nobody else in', async () => {
    const { share, shares, deliver, clock } = await openShare({ maxViews: 2 });
    deliver(vlc('1.1.1.1'), 10);
    expect(shares.endingOf(share, vlc('3.3.3.3'))).toBeUndefined();
    deliver(vlc('2.2.2.2'), 10);
    expect(shares.endingOf(share)).toBe('used-up');
    expect(shares.endingOf(share, vlc('3.3.3.3'))).toBe('used-up');
    expect(shares.endingOf(share, vlc('1.1.1.1'))).toBeUndefined();
    await clock.advance(11 * HOUR_MS);
    expect(shares.endingOf(share, vlc('1.1.1.1'))).toBeUndefined();
    await clock.advance(2 * HOUR_MS);
    expect(shares.endingOf(share, vlc('1.1.1.1'))).toBe('used-up');
  });

  test('is not passed by who says nothing of playing, calls itself a bot, or changes its name', async () => {
    const { share, shares, plays, deliver, views } = await openShare({ maxViews: 1 });
    plays.played(share, vlc('1.1.1.1'));
    expect(views()).toBe(0);
    deliver({ address: '1.1.1.1', agent: 'Googlebot' }, 5);
    deliver({ address: '1.1.1.1', agent: 'other' }, 5);
    expect(views()).toBe(1);
    expect(shares.endingOf(share)).toBe('used-up');
  });

  test('is never counted beyond, by those who were under way at the same moment', async () => {
    const { deliver, views } = await openShare({ maxViews: 1 });
    deliver(vlc('1.1.1.1'), 9);
    deliver(vlc('2.2.2.2'), 9);
    deliver(vlc('1.1.1.1'), 9);
    deliver(vlc('2.2.2.2'), 9);
    expect(views()).toBe(1);
  });
});
