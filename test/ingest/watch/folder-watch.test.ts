import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createFolderWatch, explainTrouble } from '../../../server/ingest/watch/folder-watch.js';
import { makeTestFolder } from '../../support/database.js';

async function open() {
  const root = await makeTestFolder();
  const events: [folder: string, name: string | undefined][] = [];
  const waiting = new Set<() => void>();
  const watch = createFolderWatch((folder, name) => {
    events.push([folder, name]);
    for (const check of waiting) check();
  });
  onTestFinished(() => watch.close());
  const tells = (folder: string, name: string) =>
    new Promise<void>((resolve) => {
      const check = () => {
        if (events.some(([f, n]) => f === folder && n === name)) resolve();
      };
      waiting.add(check);
      check();
    });
  return { root, events, watch, tells };
}

describe('a folder', () => {
  test('is watched as soon as it was added, and only itself', async () => {
    const { root, events, watch, tells } = await open();
    await mkdir(join(root, 'a/below'), { recursive: true });
    await watch.add('a', join(root, 'a'));
    await writeFile(join(root, 'a/below/deep.mp4'), 'x');
    await writeFile(join(root, 'a/f.mp4'), 'x');
    await tells('a', 'f.mp4');
    expect(events.some(([, name]) => name === 'deep.mp4')).toBe(false);
    expect(watch.trouble()).toBeUndefined();
  });

  test('is left alone after it was removed, and can be added again', async () => {
    const { root, events, watch, tells } = await open();
    await watch.add('a', root);
    watch.remove('a');
    await watch.add('b', root);
    await writeFile(join(root, 'f.mp4'), 'x');
    await tells('b', 'f.mp4');
    expect(events.some(([folder]) => folder === 'a')).toBe(false);
  });

  test('that is not there is no trouble', async () => {
    const { root, watch } = await open();
    await watch.add('a', join(root, 'missing'));
    await rm(root, { recursive: true });
    await watch.add('b', root);
    expect(watch.trouble()).toBeUndefined();
  });
});

test.each([
  ['ENOSPC', 'max_user_watches'],
  ['EMFILE', 'max_user_instances'],
  ['EIO', 'EIO'],
])('%s is explained in a sentence that says what would do', (code, hint) => {
  const sentence = explainTrouble(Object.assign(new Error(`${code}: out of luck`), { code }));
  expect(sentence).toMatch(/^Not every folder is watched.+\.$/);
  expect(sentence).toContain(hint);
});
