import { describe, expect, test } from 'vitest';
import type { Facts } from '../../../scripts/doctor/facts.js';
import { ENCODERS, FILTERS, HDR_FILTERS, judge, type Verdict } from '../../../scripts/doctor/verdicts.js';
import { loadConfig } from '../../../server/base/config.js';

const GIB = 1024 ** 3;
const { settings } = loadConfig({ MEDIA_DIR: '/srv/media', DATA_DIR: '/srv/data' });
const folder = {
  exists: true,
  readable: true,
  writable: true,
  parentWritable: true,
  kind: { name: 'ext4', isNetwork: false },
};
const healthy: Facts = {
  nodeVersion: '24.21.0',
  ffmpeg: { version: 'ffmpeg version 5.1.9-0+deb12u1 Copyright' },
  ffprobe: { version: 'ffprobe version n7.1 Copyright' },
  canTether: true,
  encoders: ENCODERS,
  filters: [...FILTERS, ...HDR_FILTERS],
  media: { ...folder, path: '/srv/media' },
  data: { ...folder, path: '/srv/data' },
  sameFileSystem: true,
  mediaFolders: 12,
  inotify: { maxWatches: 65_536, maxInstances: 128 },
  clockSkewMs: 0,
  nowMs: Date.UTC(2026, 5, 1),
  freeBytes: 100 * GIB,
  portFault: undefined,
  answersAlready: false,
};

/** What is not ok about a machine that differs from a healthy one in these facts. */
function complaints(change: Partial<Facts>, config = settings): Verdict[] {
  return judge({ ...healthy, ...change }, config).filter((verdict) => verdict.level !== 'ok');
}

describe('the doctor', () => {
  test('has nothing to say about a healthy machine', () => {
    expect(complaints({})).toEqual([]);
  });

  test.each<[string, Partial<Facts>, Verdict['level'], string]>([
    ['an old Node.js', { nodeVersion: '20.9.0' }, 'fail', 'node'],
    ['an old ffmpeg', { ffmpeg: { version: 'ffmpeg version 4.4.2-0ubuntu0.22.04.1' } }, 'fail', 'ffmpeg'],
    ['an ffmpeg without a number', { ffmpeg: { version: 'ffmpeg version N-109-gabc' } }, 'warn', 'ffmpeg'],
    ['no ffprobe', { ffprobe: { version: undefined } }, 'fail', 'ffprobe'],
    ['no setpriv', { canTether: false }, 'warn', 'setpriv'],
    ['no H.264 encoder', { encoders: ['aac', 'mjpeg'] }, 'fail', 'encoders'],
    ['no scaler', { filters: ['fps'] }, 'fail', 'filters'],
    ['no tone mapping', { filters: healthy.filters.filter((name) => name !== 'zscale') }, 'warn', 'filters'],
    ['an unreadable media dir', { media: { ...healthy.media, readable: false } }, 'fail', 'media'],
    [
      'a media dir that cannot be made',
      { media: { ...healthy.media, exists: false, parentWritable: false } },
      'fail',
      'media',
    ],
    [
      'media across a network',
      { media: { ...healthy.media, kind: { name: 'nfs', isNetwork: true } } },
      'warn',
      'media',
    ],
    ['a data dir that cannot be written', { data: { ...healthy.data, writable: false } }, 'fail', 'data'],
    [
      'a database across a network',
      { data: { ...healthy.data, kind: { name: 'cifs', isNetwork: true } } },
      'warn',
      'database',
    ],
    ['more folders than watches', { mediaFolders: 70_000 }, 'warn', 'watching'],
    ['no inotify', { inotify: { maxWatches: undefined, maxInstances: undefined } }, 'warn', 'watching'],
    ['a clock of 1970', { nowMs: 86_400_000 }, 'fail', 'clock'],
    ['a file server that lives in the past', { clockSkewMs: -90_000 }, 'warn', 'clock'],
    ['a full disk', { freeBytes: 100 * 1024 ** 2 }, 'fail', 'space'],
    ['a nearly full disk', { freeBytes: 1 * GIB }, 'warn', 'space'],
    ['a port in use', { portFault: 'listen EADDRINUSE' }, 'fail', 'port'],
  ])('complains about %s, once, and says what to do', (_name, change, level, topic) => {
    const found = complaints(change);
    expect(found).toEqual([expect.objectContaining({ level, topic })]);
    expect(found[0]!.advice).toMatch(/.{10}/);
  });

  test('takes folders that do not exist yet for good where they can be made', () => {
    const data = { ...healthy.data, exists: false, readable: false, writable: false };
    expect(complaints({ data, sameFileSystem: undefined, clockSkewMs: undefined })).toEqual([]);
  });

  test('is content with a port on which Lanternshare itself answers', () => {
    expect(complaints({ portFault: undefined, answersAlready: true })).toEqual([]);
  });

  test('does not warn of a network mount once the database is kept elsewhere', () => {
    const data = { ...healthy.data, kind: { name: 'nfs', isNetwork: true } };
    const elsewhere = loadConfig({ DATABASE_URL: 'sqlite:/var/lib/lanternshare.db' }).settings;
    expect(complaints({ data }, elsewhere)).toEqual([]);
  });

  test('asks for enough watches to last', () => {
    const [complaint] = complaints({ mediaFolders: 300_000 });
    const asked = Number(/max_user_watches=(\d+)/.exec(complaint!.advice!)![1]);
    expect(asked).toBeGreaterThanOrEqual(600_000);
  });
});
