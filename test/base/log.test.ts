import { expect, test } from 'vitest';
import { createLog, redactUrl } from '../../server/base/log.js';

function capture() {
  const lines: string[] = [];
  return { lines, log: createLog('trace', { write: (line) => lines.push(line) }) };
}

test('tokens are cut out of paths and queries', () => {
  expect(redactUrl('/hls/AbC_-9/v480/3.m4s')).toBe('/hls/…/v480/3.m4s');
  expect(redactUrl('GET /download/tok/a.mp4?x=1')).toBe('GET /download/…/a.mp4?x=1');
  expect(redactUrl('/x?token=abc&s=2')).toBe('/x?token=…&s=2');
  expect(redactUrl('/share/0b5c')).toBe('/share/0b5c');
});

test('tokens are cut out of addresses that are written oddly, ids are not', () => {
  const token = `AbXr${'x-_9'.repeat(20)}`;
  for (const odd of [`//hls//${token}/a`, `/%68ls/${token}`, `/hls/./${token}`, `/x%2F${token}%2Fa`]) {
    expect(redactUrl(odd)).not.toContain('x-_9');
  }
  expect(redactUrl(`/hls/./%41${token.slice(1)}`)).not.toContain('x-_9');
  const id = '0b5f8c5e-6a3e-4a0e-9a3e-2f0f6f2b7c11';
  expect(redactUrl(`/login?next=%2Fshare%2F${id}`)).toContain(id);
});

test('a token in any message or field does not reach the log', () => {
  const { lines, log } = capture();
  log.info({ url: '/hls/SECRET-TOKEN/master.m3u8' }, 'asked for /media/SECRET-TOKEN/poster.jpg');
  log.error({ err: new Error('failed on /download/SECRET-TOKEN/x.mp4') }, 'failed');
  expect(lines.join('')).not.toContain('SECRET-TOKEN');
  expect(lines).toHaveLength(2);
});

test('fields that are secrets are never written', () => {
  const { lines, log } = capture();
  log.info(
    { password: 'p4ss', body: { password: 'p4ss' }, req: { headers: { authorization: 'Bearer p4ss' } } },
    'seen',
  );
  expect(lines.join('')).not.toContain('p4ss');
});
