import { describe, expect, test } from 'vitest';
import { loadConfig, variableNames, type ConfigError } from '../../server/base/config.js';

const faultsOf = (env: Record<string, string>): readonly string[] => {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    return (error as ConfigError).faults;
  }
};

describe('settings', () => {
  test('an empty environment works', () => {
    const { settings, secrets } = loadConfig({});
    expect(settings.port).toBe(8080);
    expect(settings.mediaDir.endsWith('/media')).toBe(true);
    expect(secrets.apiKey).toBeUndefined();
  });

  test('an empty value counts as not set', () => {
    expect(loadConfig({ PORT: '', BASE_URL: '' }).settings.port).toBe(8080);
  });

  test('all faults are told at once, each naming the variable, the value and what would do', () => {
    const faults = faultsOf({ PORT: '99999', HWACCEL: 'cuda', LADDER: '480,720', BASE_URL: 'ftp://x' });
    expect(faults).toHaveLength(4);
    expect(faults[0]).toBe('PORT is "99999"; it must be a whole number from 0 to 65535.');
    expect(faults.join(' ')).toContain('"cuda"');
    expect(faults.join(' ')).toContain('largest first');
  });

  test('what is wrong between variables is told together with what is wrong by itself', () => {
    const faults = faultsOf({
      PORT: 'x',
      ADMIN_USERNAME: 'owner',
      MEDIA_DIR: '/srv/a',
      DATA_DIR: '/srv/a/data',
    });
    expect(faults).toHaveLength(3);
    expect(faults.join(' ')).toMatch(/PORT.*ADMIN_PASSWORD.*must not lie inside/);
  });

  test('trusted proxies are what express understands', () => {
    for (const text of ['true', '2', 'loopback, 10.0.0.0/8', '10.0.0.0/255.0.0.0', '::1,fe80::/10'])
      expect(faultsOf({ TRUST_PROXY: text }), text).toEqual([]);
  });

  test('a wrong secret is never repeated', () => {
    const faults = faultsOf({ SIGNING_SECRET: 'hunter2', API_KEY: 'abc def' });
    expect(faults).toHaveLength(2);
    expect(faults.join(' ')).not.toMatch(/hunter2|abc def/);
  });

  test('folders inside each other are refused', () => {
    expect(faultsOf({ MEDIA_DIR: '/srv/a', DATA_DIR: '/srv/a/data' })[0]).toContain(
      'must not lie inside each other',
    );
    expect(faultsOf({ MEDIA_DIR: '/srv/a', DATA_DIR: '/srv/ab' })).toEqual([]);
  });

  test.each([
    ['PORT', '-1'],
    ['PORT', '80 '],
    ['PORT', '1e3'],
    ['SEGMENT_SECONDS', '0'],
    ['RENDER_NICE', '20'],
    ['BASE_URL', 'media.example.org'],
    ['BASE_URL', 'https://user:pass@example.org'],
    ['LADDER', '1080,,480'],
    ['LADDER', '481'],
    ['DATABASE_URL', 'mysql://x'],
    ['DATABASE_URL', 'postgres://x/y'],
    ['ADMIN_USERNAME', 'a b'],
    ['TRUST_PROXY', 'x,y'],
    ['TRUST_PROXY', '10.0.0.0/33'],
  ])('%s=%j is a fault', (name, value) => {
    const extra: Record<string, string> = name === 'ADMIN_USERNAME' ? { ADMIN_PASSWORD: 'long enough' } : {};
    expect(faultsOf({ [name]: value, ...extra })).toHaveLength(1);
  });

  test('half of the first member is a fault', () => {
    expect(faultsOf({ ADMIN_USERNAME: 'owner' })[0]).toContain('belong together');
  });

  test('values are read into their types', () => {
    const { settings } = loadConfig({
      BASE_URL: 'https://example.org/share/',
      LADDER: '1080,720,480',
      TRUST_PROXY: '1',
      MIN_FREE_MB: '2',
    });
    expect(settings).toMatchObject({
      baseUrl: 'https://example.org/share',
      ladder: [1080, 720, 480],
      trustProxy: 1,
      minFreeBytes: 2 * 1024 * 1024,
    });
    expect(Object.isFrozen(settings)).toBe(true);
  });

  test('the names of all variables are known', () => {
    expect(variableNames).toContain('MEDIA_DIR');
    expect(new Set(variableNames).size).toBe(variableNames.length);
  });
});
