import { describe, expect, test } from 'vitest';
import { createDispatch, type Ask } from '../../../server/web/hls/dispatch.js';

function ask(kind: Ask['kind'], exists: () => Promise<boolean>): Promise<string> {
  return new Promise((resolve) => {
    createDispatch()({
      kind,
      exists,
      deliver: () => resolve('delivered'),
      refuse: (status) => resolve(`refused ${status}`),
    });
  });
}

describe('dispatch', () => {
  test.each(['playlist', 'media'] as const)('a %s that exists is handed over', async (kind) => {
    expect(await ask(kind, () => Promise.resolve(true))).toBe('delivered');
  });

  test.each(['playlist', 'media'] as const)('a %s that does not exist is refused', async (kind) => {
    expect(await ask(kind, () => Promise.resolve(false))).toBe('refused 404');
  });

  test('a fault while looking is a refusal, not a crash', async () => {
    expect(await ask('media', () => Promise.reject(new Error('broken')))).toBe('refused 500');
  });
});
