import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { databaseFile } from '../../../storage/database/index.js';

test.each([
  [undefined, '/data/lanternshare.db'],
  ['sqlite:/srv/x.db', '/srv/x.db'],
  ['sqlite:///srv/x.db', '/srv/x.db'],
  ['sqlite:x.db', resolve('x.db')],
])('the database of DATABASE_URL %s lies at %s', (databaseUrl, file) => {
  expect(databaseFile({ dataDir: '/data', databaseUrl })).toBe(file);
});
