import { expect, test } from 'vitest';
import { createCloser } from '../../server/base/closer.js';
import { silentLog } from '../../server/base/log.js';

test('parts end in the opposite order, once, and one failure does not keep the others open', async () => {
  const closer = createCloser({ log: silentLog });
  const ended: string[] = [];
  closer.add('ground', () => void ended.push('ground'));
  closer.add('middle', () => Promise.reject(new Error('stuck')));
  closer.add('top', async () => {
    await Promise.resolve();
    ended.push('top');
  });
  await Promise.all([closer.close(), closer.close()]);
  expect(ended).toEqual(['top', 'ground']);
});
