/** The real import graph, as ARCHITECTURE.md shows it. Whether it is allowed is dependency-cruiser's to say. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createExec } from '../server/base/exec.js';
import { projectRoot, writeWhole } from '../server/base/files.js';
import { silentLog } from '../server/base/log.js';
import { drawGraph, type Import } from './graph/draw.js';

const HELP = `npx tsx scripts/graph.ts — which part of the house imports which

  npx tsx scripts/graph.ts           prints it as Mermaid text
  npx tsx scripts/graph.ts --write   puts it into ARCHITECTURE.md
  npx tsx scripts/graph.ts --check   ends with 1 when ARCHITECTURE.md shows another one
  npx tsx scripts/graph.ts --help    this text`;

const BEGIN = '<!-- graph: npx tsx scripts/graph.ts --write -->';
const END = '<!-- /graph -->';

interface Cruised {
  modules: { source: string; dependencies: { resolved: string; dependencyTypes: string[] }[] }[];
}

const root = projectRoot();
const page = join(root, 'ARCHITECTURE.md');

if (process.argv.includes('--help')) {
  console.log(HELP);
} else {
  const graph = drawGraph(await readImports());
  if (process.argv.includes('--write'))
    await writeWhole(page, withGraph(await readFile(page, 'utf8'), graph));
  else if (process.argv.includes('--check')) await check(graph);
  else console.log(graph);
}

async function readImports(): Promise<Import[]> {
  const args = [
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'json',
    'server',
    'storage',
    'scripts',
  ];
  const { stdout } = await createExec({ log: silentLog }).run(
    join(root, 'node_modules/.bin/depcruise'),
    args,
  );
  const { modules } = JSON.parse(stdout.toString('utf8')) as Cruised;
  return modules.flatMap(({ source, dependencies }) =>
    dependencies.map(({ resolved, dependencyTypes }) => ({
      from: source,
      to: resolved,
      typeOnly: dependencyTypes.includes('type-only'),
    })),
  );
}

async function check(graph: string): Promise<void> {
  const text = await readFile(page, 'utf8');
  if (withGraph(text, graph) === text) return;
  console.error(
    'ARCHITECTURE.md shows another graph than the code has. Run: npx tsx scripts/graph.ts --write',
  );
  process.exitCode = 1;
}

function withGraph(text: string, graph: string): string {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`ARCHITECTURE.md needs the lines ${BEGIN} and ${END}`);
  return `${text.slice(0, begin)}${BEGIN}\n${graph}\n${text.slice(end)}`;
}
