/**
 * The floors of the house. Imports only go down, types included; a comment says what to do instead.
 *
 *   6  main  scripts          2  render
 *   5  app                    1  media  sign  storage
 *   4  ingest        web      0  base
 *   3  library share clips auth webhooks
 */

const { existsSync, readdirSync } = require('node:fs');

/** Top folder or file → floor. A folder that is not listed here fails the rule `every-part-has-a-floor`. */
const floors = {
  'server/base': 0,
  'server/media': 1,
  'server/sign': 1,
  storage: 1,
  'server/render': 2,
  'server/library': 3,
  'server/clips': 3,
  'server/share': 3,
  'server/auth': 3,
  'server/webhooks': 3,
  'server/ingest': 4,
  'server/web': 4,
  'server/app.ts': 5,
  'server/main.ts': 6,
  scripts: 6,
};

/** Parts that meet in the floor above and never import each other. */
const strangers = [
  ['server/ingest', 'server/web'],
  ['server/media', 'server/sign'],
];

/** The one place that knows a third-party package; the rest of the code speaks our own words. */
const homes = {
  execa: 'server/base/exec\\.ts$',
  pino: 'server/base/log\\.ts$',
  zod: 'server/(base/config\\.ts$|web/)',
  knex: 'storage/database/',
  sqlite3: 'storage/database/',
  express: 'server/web/',
  helmet: 'server/web/',
  busboy: 'server/web/api/multipart',
  '@tus/server': 'server/web/uploads/',
  ejs: 'server/web/',
  'hls-server': 'server/web/hls',
  passport: 'server/auth/',
  'passport-local': 'server/auth/',
  'express-session': 'server/auth/',
  '@node-rs/argon2': 'server/auth/',
  'rate-limiter-flexible': 'server/auth/',
  chokidar: 'server/ingest/watch',
  'xxhash-wasm': 'server/ingest/',
};

const at = (part) => `^${part.replaceAll('.', '\\.')}(/|$)`;
const parts = Object.keys(floors);
const above = (part) => parts.filter((other) => floors[other] > floors[part]).map(at);
const packageAt = (name) => `(^|/)node_modules/(@types/)?${name.replaceAll('.', '\\.')}/`;

const floorRules = parts
  .filter((part) => above(part).length > 0)
  .map((part) => ({
    name: `floor-${floors[part]}-${part.replace(/^server\//, '')}`,
    comment: `${part} is on floor ${floors[part]} and imports only from below. Hand it what it needs from server/app.ts as an argument, or move the shared part down.`,
    severity: 'error',
    from: { path: at(part) },
    to: { path: above(part) },
  }));

const strangerRules = strangers.flatMap(([a, b]) =>
  [
    [a, b],
    [b, a],
  ].map(([from, to]) => ({
    name: `${from.replace('server/', '')}-does-not-know-${to.replace('server/', '')}`,
    comment: `${from} and ${to} never import each other. They meet one floor up: put the shared words there and let server/app.ts pass them.`,
    severity: 'error',
    from: { path: at(from) },
    to: { path: at(to) },
  })),
);

const homeRules = Object.entries(homes).map(([name, home]) => ({
  name: `home-of-${name}`,
  comment: `Only ${home.replaceAll('\\', '').replaceAll('$', '')} imports ${name}. Call the verbs that it exports, or add one there; importing only its types is fine where a framework's type is the contract.`,
  severity: 'error',
  from: { path: '^(server|storage|scripts)/', pathNot: [`^${home}`, '^scripts/'] },
  to: { path: packageAt(name), dependencyTypesNot: ['type-only'] },
}));

/** Folders with an index.ts; shared words (model.ts) may be read past the door. */
const doorRules = foldersWithDoor(['server', 'storage']).map((folder) => ({
  name: `door-of-${folder.replace(/^server\//, '')}`,
  comment: `${folder} is entered through its index.ts. Import the name from there, or export it there if it is one of the few that others need.`,
  severity: 'error',
  from: { path: '^(server|storage|scripts)/', pathNot: at(folder) },
  to: { path: at(folder), pathNot: [`^${folder}/index\\.ts$`, `^${folder}/model\\.ts$`] },
}));

module.exports = {
  forbidden: [
    {
      name: 'no-circles',
      comment:
        'Two files that need each other are one file, or a third one holds what both need. Type imports count.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'Nothing imports this file and it is no entry. Wire it in or delete it.',
      severity: 'error',
      from: { orphan: true, path: '^(server|storage)/' },
      to: {},
    },
    {
      name: 'every-part-has-a-floor',
      comment: 'A new top folder: give it a floor in .dependency-cruiser.cjs and in ARCHITECTURE.md.',
      severity: 'error',
      from: {},
      to: { path: '^(server|storage)/', pathNot: parts.map(at) },
    },
    {
      name: 'storage-knows-only-base',
      comment: 'storage/ keeps rows and bytes. Pass it plain values; words of the server belong above it.',
      severity: 'error',
      from: { path: '^storage/' },
      to: { path: '^(server|scripts)/', pathNot: '^server/base/' },
    },
    {
      name: 'no-door-from-inside',
      comment: 'A file never imports the index.ts of its own folder. Import the sibling that has the name.',
      severity: 'error',
      from: { path: '^(server|storage)/(.+)/[^/]+\\.ts$' },
      to: { path: '^$1/$2/index\\.ts$' },
    },
    {
      name: 'no-tests-in-the-product',
      comment: 'What runs for users does not depend on test/. Only development scripts borrow its clips.',
      severity: 'error',
      from: { path: '^(server|storage)/' },
      to: { path: '^test/' },
    },
    {
      name: 'no-development-packages',
      comment: 'The image installs without development packages: move it to "dependencies" or do without.',
      severity: 'error',
      from: { path: '^(server|storage)/' },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: 'node_modules/@types/',
      },
    },
    {
      name: 'declared-packages-only',
      comment: 'This package is not in package.json, or cannot be resolved at all.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'] },
    },
    ...floorRules,
    ...strangerRules,
    ...homeRules,
    ...doorRules,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
    moduleSystems: ['es6', 'cjs'],
    reporterOptions: { archi: { collapsePattern: '^(server/[^/]+|storage/[^/]+|scripts)' } },
  },
};

function foldersWithDoor(roots) {
  return roots.flatMap((root) =>
    readdirSync(root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap(({ name }) => {
        const folder = `${root}/${name}`;
        return [...(existsSync(`${folder}/index.ts`) ? [folder] : []), ...foldersWithDoor([folder])];
      }),
  );
}
