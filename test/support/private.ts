/** A private share of a published file, a member, one who signed out, and requests that go out as written. */
import { request } from 'node:http';
import { createFakeClock, type FakeClock } from '../../server/base/clock.js';
import type { Share } from '../../server/share/index.js';
import { startWeb, type TestWeb } from './web.js';

export interface PrivateWorld {
  web: TestWeb;
  clock: FakeClock;
  share: Share;
  /** Cookies: of a session that lives, and of one that ended. */
  member: string;
  signedOut: string;
  ask: (path: string, headers?: Record<string, string>, method?: string) => Promise<Answer>;
}

export interface Answer {
  status: number;
  headers: Record<string, unknown>;
  body: string;
}

const GOOD = { username: 'keeper', password: 'lighthouse keeper' };

/** Nothing of this may be seen by strangers. */
export const SECRETS = /quiet lake|rowing at dawn|clip\.mp4/;

export const WAYS: readonly [string, string, Record<string, string>][] = [
  ['GET', 'GET', {}],
  ['HEAD', 'HEAD', {}],
  ['a range', 'GET', { range: 'bytes=0-9' }],
];

export const change = (token: string, at: number) =>
  token.slice(0, at) + (token[at] === 'B' ? 'C' : 'B') + token.slice(at + 1);

export async function openPrivateWorld(): Promise<PrivateWorld> {
  const clock = createFakeClock();
  const web = await startWeb({ clock });
  const texts = { title: 'quiet lake', description: 'rowing at dawn' };
  const share = await web.shares.create({ fileId: web.file.id, visibility: 'private', ...texts });
  await web.auth.setup.redeem((await web.auth.setup.begin())!, GOOD);
  const signedOut = await signIn(web);
  await signOut(web, signedOut);
  const world = { web, clock, share, signedOut, member: await signIn(web) };
  return { ...world, ask: (path, headers = {}, method = 'GET') => ask(web.port, path, headers, method) };
}

async function signIn(web: TestWeb): Promise<string> {
  const form = await fetch(`${web.url}/login`);
  const formCookie = form.headers.get('set-cookie')?.split(';')[0] ?? '';
  const csrf = /name="csrf" value="([^"]+)"/.exec(await form.text())?.[1] ?? '';
  const response = await fetch(`${web.url}/login`, {
    method: 'POST',
    headers: { cookie: formCookie },
    body: new URLSearchParams({ ...GOOD, csrf }),
    redirect: 'manual',
  });
  const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0]!);
  return cookies.find((cookie) => cookie.startsWith('lanternshare_session='))!;
}

async function signOut(web: TestWeb, cookie: string): Promise<void> {
  const page = await ask(web.port, '/', { cookie }, 'GET');
  const csrf = /name="csrf" value="([^"]+)"/.exec(page.body)![1]!;
  await fetch(`${web.url}/logout`, {
    method: 'POST',
    headers: { cookie },
    body: new URLSearchParams({ csrf }),
    redirect: 'manual',
  });
}

/** The target goes over the wire as it is written here; `fetch` would tidy it up. */
function ask(port: number, path: string, headers: Record<string, string>, method: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', path, method, headers }, (res) => {
      let body = '';
      res.setEncoding('latin1');
      res.on('data', (part: string) => {
        body += part;
        // An event stream has no end of its own.
        if (res.headers['content-type']?.startsWith('text/event-stream')) res.destroy();
      });
      res.on('close', () => {
        const { date: _, ...rest } = res.headers;
        resolve({ status: res.statusCode!, headers: rest, body });
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}
