/** The log of a whole life: set up, sign in, share, watch, fail, sign out. Whoever reads it can open nothing. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startAppliance, type Appliance } from '../support/appliance.js';
import { makeClip } from '../support/clips.js';
import { drop, share, waitForFile } from '../support/library.js';
import { fetchBytes, readMediaPlaylist, readMultivariant } from '../support/stream.js';

const PASSWORDS = {
  right: 'lighthouse keeper',
  wrong: 'lighthouse-kipper',
  set: 'a-signing-secret-of-40-characters-or-more',
};
let appliance: Appliance;
beforeAll(async () => {
  appliance = await startAppliance({
    LOG_LEVEL: 'trace',
    SIGNING_SECRET: PASSWORDS.set,
    WEBHOOK_ALLOW: '127.0.0.1',
  });
});
afterAll(() => appliance.close());

const secrets = new Map<string, string>();
const keep = (what: string, value: string | undefined): string => {
  expect(value, what).toMatch(/^.{8,}$/);
  if (!secrets.has(value!)) secrets.set(value!, what);
  return value!;
};

test('no secret, token, password or key is in any line', async () => {
  for (const [what, value] of Object.entries(PASSWORDS)) keep(`password ${what}`, value);
  keep('API key', appliance.apiKey);
  const cookie = await signIn();
  await settle(cookie);
  const { told } = await listen();
  await watch(cookie);
  await told;
  await failAt(cookie);
  await readdir(appliance.dataDir).then((names) => Promise.all(names.map(keepSecretFile)));

  const lines = appliance.logLines;
  expect(lines.length).toBeGreaterThan(50);
  expect(lines.some((line) => line.includes('request was answered'))).toBe(true);
  const found = [...secrets].filter(([value]) =>
    lines.some((line) => spellings(value).some((one) => line.includes(one))),
  );
  expect(found.map(([, what]) => what)).toEqual([]);
});

const spellings = (value: string) => [
  value,
  encodeURIComponent(value),
  Buffer.from(value).toString('base64'),
];

const post = (path: string, fields: Record<string, string>, cookie = '') =>
  fetch(appliance.url + path, {
    method: 'POST',
    headers: { cookie },
    body: new URLSearchParams(fields),
    redirect: 'manual',
  });

async function form(path: string, cookie = ''): Promise<{ csrf: string; cookie: string }> {
  const response = await fetch(appliance.url + path, { headers: { cookie } });
  const given = response.headers.getSetCookie().map((one) => one.split(';')[0]!);
  const csrf = /name="csrf" value="([^"]+)"/.exec(await response.text())?.[1];
  for (const one of given) keep('form cookie', one.split('=')[1]);
  return { csrf: keep('CSRF token', csrf), cookie: given[0] ?? cookie };
}

async function signIn(): Promise<string> {
  keep('set-up token', appliance.setupPath!.split('/').at(-1));
  const name = { username: 'keeper' };
  const first = await form(appliance.setupPath!);
  await post(appliance.setupPath!, { ...name, password: PASSWORDS.right, csrf: first.csrf }, first.cookie);
  const login = await form('/login');
  await post('/login', { ...name, password: PASSWORDS.wrong, csrf: login.csrf }, login.cookie);
  const right = await post('/login', { ...name, password: PASSWORDS.right, csrf: login.csrf }, login.cookie);
  const session = right.headers.getSetCookie().find((one) => one.startsWith('lanternshare_session='))!;
  const cookie = session.split(';')[0]!;
  keep('session', decodeURIComponent(cookie.split('=')[1]!).replace(/^s:/, '').split('.')[0]);
  return cookie;
}

async function settle(cookie: string): Promise<void> {
  const { csrf } = await form('/settings', cookie);
  const made = await post('/settings/keys', { csrf, name: 'player' }, cookie);
  keep('key that a member made', /ls_[\w-]{20,}/.exec(await made.text())?.[0]);
  keep('next password', 'lighthouse gardener');
  await post(
    '/settings/password',
    { csrf, current: PASSWORDS.wrong, password: 'lighthouse gardener' },
    cookie,
  );
}

/** A receiver that fails, at an address that is a secret. `told` resolves when it was asked. */
async function listen(): Promise<{ told: Promise<void> }> {
  const server = createServer((_req, res) => void res.writeHead(500).end());
  const told = new Promise<void>((resolve) => server.once('request', () => resolve()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}/hook/${keep('address of a receiver', 'c2VjcmV0LWhvb2s')}`;
  const subscribed_events = ['file.job.completed'];
  const { body } = await appliance.api('POST', '/webhooks', { endpoint, subscribed_events });
  keep('secret of a webhook', body.webhook_secret);
  return { told: told.finally(() => server.close()) };
}

async function watch(cookie: string): Promise<void> {
  await drop(appliance, await makeClip({ seconds: 3 }), 'home.mp4');
  const file = await waitForFile(appliance, 'home.mp4');
  for (const visibility of ['public', 'private']) {
    const made = await share(appliance, file.id, { visibility });
    for (const url of [made.stream_url, made.preview_url, made.media_download_url]) {
      keep(`${visibility} token`, /\/(?:hls|media|download)\/([^/]+)/.exec(url)![1]);
      await fetchBytes(url);
    }
    const { variants } = await readMultivariant(made.stream_url);
    await fetchBytes((await readMediaPlaylist(variants[0]!.uri)).segments[0]!);
    const page = await (await fetch(made.share_url, { headers: { cookie } })).text();
    for (const [, token] of page.matchAll(/\/(?:hls|media)\/([^/"]+)\//g)) keep(`${visibility} page`, token);
    const state = await fetch(`${made.share_url}/state`, { headers: { cookie } });
    const { stream } = (await state.json()) as { stream: string };
    keep(`${visibility} next token`, stream.split('/')[2]);
    const download = await fetch(`${made.share_url}/download`, { headers: { cookie }, redirect: 'manual' });
    keep(`${visibility} download`, download.headers.get('location')!.split('/')[2]);
  }
  const library = await (await fetch(appliance.url, { headers: { cookie } })).text();
  for (const [, token] of library.matchAll(/\/media\/([^/"]+)\//g)) keep('preview token', token);
}

/** What goes wrong is what gets logged. */
async function failAt(cookie: string): Promise<void> {
  const token = [...secrets].find(([, what]) => what === 'private token')![0];
  for (const path of [
    `/hls/${token}/nothing`,
    `//hls//${token}/master.m3u8`,
    `/%68ls/${token}/master.m3u8`,
    `/hls%2F${token}%2Fmaster.m3u8`,
    `/hls/%2e/${token}`,
    `/x?token=${token}&key=${appliance.apiKey}&password=${encodeURIComponent(PASSWORDS.right)}`,
    `/setup/${keep('another set-up token', 'Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF')}`,
    `/v1/share/${token}`,
  ]) {
    await fetch(appliance.url + path, { headers: { cookie } });
  }
  const wrongKey = keep('wrong key', 'ls_wrong_key_0123456789abcdef');
  await fetch(`${appliance.url}/v1/files`, { headers: { authorization: `Bearer ${wrongKey}` } });
  await fetch(`${appliance.url}/v1/share`, {
    method: 'POST',
    headers: { authorization: `Bearer ${appliance.apiKey}`, 'content-type': 'application/json' },
    body: `{"password":"${PASSWORDS.right}`,
  });
  const { csrf } = await form('/', cookie);
  await post('/logout', { csrf }, cookie);
}

/** What is kept in files beside the database. */
async function keepSecretFile(name: string): Promise<void> {
  if (!/secret|key/.test(name)) return;
  const text = await readFile(join(appliance.dataDir, name), 'utf8');
  for (const [, value] of text.matchAll(/"secret":\s*"([^"]+)"/g)) keep(`secret in ${name}`, value);
}
