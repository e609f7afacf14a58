import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import express from 'express';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { projectRoot } from '../../../server/base/files.js';
import { createAssets } from '../../../server/web/pages/assets.js';

let folder: string;
let server: Server;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lanternshare-assets-'));
  await mkdir(join(folder, 'styles'));
  await writeFile(join(folder, 'styles', '2-second.css'), 'b{}');
  await writeFile(join(folder, 'styles', '1-first.css'), 'a{}');
  await writeFile(join(folder, 'page.js'), 'export const one = 1;');
});
afterEach(async () => {
  server?.close();
  await rm(folder, { recursive: true, force: true });
});

async function serve(scripts = folder) {
  const assets = createAssets({ styles: join(folder, 'styles'), scripts });
  const app = express().get('/assets/:hash/:name', assets.serve);
  server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${assets.path}`;
  return { ...assets, get: (name: string, headers = {}) => fetch(`${url}/${name}`, { headers }) };
}

test('style sheets are one file in the order of their names', async () => {
  const { get } = await serve();
  const response = await get('site.css');
  expect(await response.text()).toBe('a{}b{}');
  expect(response.headers.get('content-type')).toBe('text/css; charset=utf-8');
  expect(response.headers.get('cache-control')).toContain('immutable');
});

test('what the build has compressed is served as it is', async () => {
  await writeFile(join(folder, 'page.js.br'), brotliCompressSync('export const one = "from the build";'));
  const { get } = await serve();
  const script = async (encoding: string) => (await get('page.js', { 'accept-encoding': encoding })).text();
  expect(await script('br')).toContain('from the build');
  expect(await script('identity')).toBe('export const one = 1;');
  expect((await get('page.js.br')).status).toBe(404);
});

test('the player library comes from its package, small and without its source map', async () => {
  const { get } = await serve(join(projectRoot(), 'dist/public'));
  const response = await get('hls.js', { 'accept-encoding': 'gzip, br' });
  expect(response.headers.get('content-encoding')).toBe('br');
  expect(response.headers.get('vary')).toBe('Accept-Encoding');
  const text = await response.text();
  expect(text).toContain('as default');
  expect(text).not.toContain('sourceMappingURL');
});

test('a client that wants no compression gets none', async () => {
  const { get } = await serve();
  const response = await get('page.js', { 'accept-encoding': 'identity' });
  expect(response.headers.get('content-encoding')).toBeNull();
  expect(await response.text()).toBe('export const one = 1;');
});

test('the address changes with the content, and only with it', async () => {
  const before = createAssets({ styles: join(folder, 'styles'), scripts: folder }).path;
  expect(createAssets({ styles: join(folder, 'styles'), scripts: folder }).path).toBe(before);
  await writeFile(join(folder, 'page.js'), 'export const one = 2;');
  expect(createAssets({ styles: join(folder, 'styles'), scripts: folder }).path).not.toBe(before);
});

test('nothing but the assets can be had', async () => {
  const { get, path } = await serve();
  for (const name of ['nothing.js', '..%2fpage.js', 'styles%2f1-first.css', '__proto__', 'constructor']) {
    expect((await get(name)).status).toBe(404);
  }
  const stale = (await get('page.js')).url.replace(path, '/assets/older');
  expect((await fetch(stale)).status).toBe(404);
});
