/** What there is to be seen: each page and state once, reached as people reach it. */
import type { Page } from 'playwright-core';
import type { World } from './world.js';

export interface Scene {
  name: string;
  path: string;
  /** Seen by whoever has the link, instead of by the signed-in owner. */
  isStranger?: boolean;
  hasNoScripts?: boolean;
  /** Which of the views is also kept by itself, in full size, for README. */
  shown?: number;
  /** What is done on the page before the picture is taken; nothing: it has come to rest. */
  act?(page: Page): Promise<unknown>;
}

const PASSWORD = 'low tide';

/** Those of an appliance that nobody has used yet. */
export const EMPTY: Scene[] = [{ name: 'library-empty', path: '/' }];

/** Fills the world with files and links, and tells what there is to be seen of them. */
export async function fillWorld(world: World): Promise<Scene[]> {
  const { media } = world;
  await world.drop(media.sky, 'Trips/2024/Morning swim.mp4');
  const phone = await world.drop(media.phone, 'Trips/From the phone.mp4');
  const song = await world.drop(media.song, 'Music/Harbour lights.mp3');
  const away = await world.drop(media.sky, 'On the other disk.mp4');
  const broken = await world.drop(media.cutOff, 'Cut off.mp4');
  const voice = await world.drop(media.voice, 'Voice memo.mp3');
  const unwanted = await world.drop(media.phone, 'Trips/Blurred.mp4');
  const film = await world.drop(media.film, 'Evening over the bay.mkv');

  const description = 'Filmed from the pier, the evening before the ferry stopped for the winter.';
  const open = await world.share({ file_id: film, title: 'Evening over the bay', description });
  const music = await world.share({ file_id: song, title: 'Harbour lights' });
  const failed = await world.share({ file_id: broken });
  const missing = await world.share({ file_id: away });
  const members = await world.share({ file_id: voice, visibility: 'private' });
  const limits = {
    password: PASSWORD,
    max_views: 20,
    downloadable: false,
    expires_at: Date.now() + 6 * 864e5,
  };
  const locked = await world.share({ file_id: phone, title: 'From the phone', ...limits });
  const ended = await world.share({ file_id: voice, title: 'Voice memo', expires_at: Date.now() + 1000 });
  const manual = {
    segments: [
      [3, 11],
      [20, 31.5],
    ].map(([start_time, end_time]) => ({ start_time, end_time })),
  };
  await world.api('POST', `/files/${film}/segmentations`, { strategy: 'manual', manual_config: manual });
  await world.takeAway('On the other disk.mp4');
  await world.api('DELETE', `/files/${unwanted}`);

  const link = ({ id }: { id: string }) => `/share/${id}`;
  return [
    { name: 'library', path: '/', shown: 1 },
    { name: 'library-list', path: '/?all=1&layout=list' },
    { name: 'library-selected', path: '/?all=1', act: selectTwo },
    { name: 'library-upload', path: '/?folder=Trips', act: (page) => upload(page, media.film) },
    { name: 'file', path: `/files/${film}` },
    { name: 'file-clip-editor', path: `/files/${film}`, shown: 0, act: editClip },
    { name: 'file-clip-editor-audio', path: `/files/${song}`, act: editClip },
    { name: 'file-failed', path: `/files/${broken}` },
    { name: 'file-delete', path: `/files/${song}`, act: (page) => press(page, /^Delete…/) },
    { name: 'shares', path: '/shares' },
    { name: 'share-edit', path: `/shares`, act: (page) => follow(page, /^Edit From the phone/) },
    { name: 'share-revoke', path: '/shares', act: (page) => press(page, /^Revoke….*Harbour/) },
    { name: 'settings', path: '/settings' },
    { name: 'settings-appliance', path: '/settings', act: scrollToEnd },
    { name: 'removed', path: '/files/removed' },
    { name: 'docs', path: '/docs' },
    { name: 'share', path: link(open), isStranger: true, shown: 0, act: hoverTimeLine },
    { name: 'share-menu', path: link(open), isStranger: true, act: openMenu },
    { name: 'share-captions', path: `${link(open)}?s=12`, isStranger: true, act: showCaptions },
    { name: 'share-audio', path: `${link(music)}?s=31`, isStranger: true, shown: 1, act: raise },
    { name: 'share-minimal', path: `${link(open)}?layout=minimal`, isStranger: true, act: raise },
    { name: 'share-minimal-audio', path: `${link(music)}?layout=minimal`, isStranger: true, act: raise },
    { name: 'share-without-scripts', path: link(open), isStranger: true, hasNoScripts: true },
    { name: 'share-password', path: link(locked), isStranger: true },
    { name: 'share-wrong-password', path: link(locked), isStranger: true, act: missPassword },
    { name: 'share-ended', path: link(ended), isStranger: true },
    { name: 'share-members-only', path: link(members), isStranger: true },
    { name: 'share-missing', path: link(missing), isStranger: true },
    { name: 'share-failed', path: link(failed) },
    { name: 'share-not-found', path: '/share/nothing', isStranger: true },
  ];
}

const press = (page: Page, name: RegExp) => page.getByRole('button', { name }).first().click();
const follow = (page: Page, name: RegExp) => page.getByRole('link', { name }).first().click();
const raise = (page: Page) => page.locator('media-controller.is-raised').waitFor();

const scrollToEnd = (page: Page) => page.evaluate('scrollTo(0, 1e6)');

async function selectTwo(page: Page): Promise<void> {
  for (const n of [0, 1]) await page.locator('.pick').nth(n).check();
}

/** Its content is held back, so that it is under way in each picture and never arrives. */
async function upload(page: Page, file: string): Promise<void> {
  await page.route(/\/v1\/uploads\/./, () => new Promise(() => {}));
  await page.locator('#upload-files').setInputFiles(file);
  await page.locator('.upload').first().waitFor();
}

async function editClip(page: Page): Promise<void> {
  await raise(page);
  for (const [label, time] of [
    ['Beginning', '0:12'],
    ['End', '0:30.5'],
  ] as const) {
    const field = page.getByLabel(label, { exact: true });
    await field.fill(time);
    await field.press('Tab');
  }
  await page.evaluate(
    `document.activeElement.blur(), document.querySelector('#clip-editor').scrollIntoView()`,
  );
}

async function hoverTimeLine(page: Page): Promise<void> {
  await raise(page);
  const box = (await page.locator('media-time-range').boundingBox())!;
  for (const part of [0.5, 0.6]) await page.mouse.move(box.x + box.width * part, box.y + box.height / 2);
}

async function openMenu(page: Page): Promise<void> {
  await raise(page);
  await page.locator('media-settings-menu-button').click();
  await page.locator('media-settings-menu > media-settings-menu-item').first().click();
}

async function showCaptions(page: Page): Promise<void> {
  await raise(page);
  await page.keyboard.press('c');
}

async function missPassword(page: Page): Promise<void> {
  await page.getByLabel('Password').fill('high tide');
  await press(page, /^Open$/);
  await page.getByRole('alert').waitFor();
}
