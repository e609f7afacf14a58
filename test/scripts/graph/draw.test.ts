import { expect, test } from 'vitest';
import { drawGraph } from '../../../scripts/graph/draw.js';

test('many imports between two parts are one arrow, dotted while only types cross', () => {
  const graph = drawGraph([
    { from: 'server/web/api/files.ts', to: 'server/library/model.ts', typeOnly: true },
    { from: 'server/web/web.ts', to: 'server/library/index.ts', typeOnly: true },
    { from: 'server/app.ts', to: 'server/web/index.ts', typeOnly: true },
    { from: 'server/app.ts', to: 'server/web/index.ts', typeOnly: false },
    { from: 'server/app.ts', to: 'storage/database/index.ts', typeOnly: false },
  ]);
  expect(graph).toContain('  web -.-> library\n');
  expect(graph).toContain('  app --> web\n');
  expect(graph).toContain('  app --> database\n');
  expect(graph.match(/app --> web/g)).toHaveLength(1);
});

test('imports within a part and of packages leave no trace; those of base are told in words', () => {
  const graph = drawGraph([
    { from: 'server/web/web.ts', to: 'server/web/errors.ts', typeOnly: false },
    { from: 'server/web/web.ts', to: 'node_modules/express/index.js', typeOnly: false },
    { from: 'server/web/web.ts', to: 'server/base/log.ts', typeOnly: false },
    { from: 'storage/secrets.ts', to: 'server/base/files.ts', typeOnly: false },
  ]);
  expect(graph).not.toContain('->');
  expect(graph).toContain('On base stand: secrets, web.');
});
