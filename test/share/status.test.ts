import { expect, test } from 'vitest';
import { shareStatus } from '../../server/share/index.js';

test.each([
  ['pending', undefined, 'pending'],
  ['processing', undefined, 'processing'],
  ['published', 'g', 'completed'],
  ['pending', 'g', 'completed'],
  ['processing', 'g', 'completed'],
  ['failed', undefined, 'failed'],
  ['failed', 'g', 'failed'],
] as const)('a share of a file that is %s with generation %s is %s', (state, generationId, status) => {
  expect(shareStatus({ state, ...(generationId ? { generationId } : {}) })).toBe(status);
});
