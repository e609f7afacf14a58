/**
 * Everything that needs no clip and no browser, side by side: types, lint, format, graph, then the unit
 * tests. Prints the output of what failed only, and one line for each step.
 */
import { spawn } from 'node:child_process';

const HELP = `npm run check — types, lint, format, import graph and unit tests

  npm run check              all of them
  npm run check -- --static  without the tests
  npm run check -- --help    this text`;

/** Dearest first, so that the cores are busy to the end. */
const CACHE = 'node_modules/.cache/check';
const STATIC = [
  ['lint', ['eslint', '.', '--max-warnings', '0', ...cached('eslint'), '--cache-strategy', 'content']],
  ['types', ['tsc', '--noEmit', '--incremental', '--tsBuildInfoFile', `${CACHE}/tsc.json`]],
  ['format', ['prettier', '--check', '--log-level', 'warn', ...cached('prettier'), '.']],
  [
    'graph',
    [
      'depcruise',
      '--config',
      '.dependency-cruiser.cjs',
      '--cache',
      `${CACHE}/graph`,
      'server',
      'storage',
      'scripts',
    ],
  ],
];
const TESTS = [['unit', ['vitest', 'run', '--project', 'unit', '--reporter', 'dot']]];

/** Remembers what was fine last time; CI starts without such a memory. */
function cached(tool) {
  return ['--cache', '--cache-location', `${CACHE}/${tool}`];
}

if (process.argv.includes('--help')) {
  console.log(HELP);
} else {
  const waves = process.argv.includes('--static') ? [STATIC] : [STATIC, TESTS];
  for (const wave of waves) {
    const passed = await Promise.all(wave.map(([name, command]) => step(name, command)));
    if (passed.includes(false)) process.exitCode = 1;
  }
}

async function step(name, [bin, ...args]) {
  const startMs = performance.now();
  const { code, output } = await run(`node_modules/.bin/${bin}`, args);
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name.padEnd(7)} ${seconds} s`);
  if (code !== 0) console.log(output.trimEnd());
  return code === 0;
}

function run(file, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, FORCE_COLOR: process.stdout.isTTY ? '1' : '0' },
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}
