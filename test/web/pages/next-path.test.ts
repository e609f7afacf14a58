import { expect, test } from 'vitest';
import { readNextPath } from '../../../server/web/pages/next-path.js';

test.each(['/', '/?page=3', '/share/abc?s=1'])('%s is a page of ours', (path) => {
  expect(readNextPath(path)).toBe(path);
});

test.each([
  undefined,
  '',
  'https://elsewhere.example/',
  '//elsewhere.example/',
  '/\\elsewhere.example/',
  '/\t/elsewhere.example/',
  '/./\\elsewhere.example',
  '/.//elsewhere.example',
  'javascript:alert(1)',
  '\\/elsewhere.example',
  '/login?next=/',
  '/logout',
  '/setup/abc',
  `/${'x'.repeat(2000)}`,
  ['/', '/'],
])('%j leads to the library instead', (given) => {
  expect(readNextPath(given)).toBe('/');
});
