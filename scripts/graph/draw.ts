/** From single imports to a picture of the house: which part imports which. Pure. */

export interface Import {
  from: string;
  to: string;
  /** The words only, nothing that runs. */
  typeOnly: boolean;
}

const GROUND = 'base';

/** Mermaid text; a dotted arrow stands for types only. What everyone stands on is told in words. */
export function drawGraph(imports: readonly Import[]): string {
  const edges = new Map<string, { from: string; to: string; typeOnly: boolean }>();
  for (const { from, to, typeOnly } of imports) {
    const [a, b] = [partOf(from), partOf(to)];
    if (a === undefined || b === undefined || a === b) continue;
    const known = edges.get(`${a} ${b}`);
    edges.set(`${a} ${b}`, { from: a, to: b, typeOnly: typeOnly && (known?.typeOnly ?? true) });
  }
  const all = [...edges.values()].sort((x, y) => compare(x.from, y.from) || compare(x.to, y.to));
  const lines = all
    .filter((edge) => edge.to !== GROUND)
    .map(({ from, to, typeOnly }) => `  ${from} ${typeOnly ? '-.->' : '-->'} ${to}`);
  const standing = all.filter((edge) => edge.to === GROUND).map((edge) => edge.from);
  return ['```mermaid', 'graph TD', ...lines, '```', '', `On ${GROUND} stand: ${standing.join(', ')}.`].join(
    '\n',
  );
}

/** `server/web/api/files.ts` → `web`; `storage/segments/x.ts` → `segments`; undefined outside the house. */
function partOf(path: string): string | undefined {
  const [top, second, third] = path.split('/');
  if (top === 'scripts') return 'scripts';
  if (top === 'storage') return third === undefined ? second?.replace(/\.ts$/, '') : second;
  return top === 'server' ? second?.replace(/\.ts$/, '') : undefined;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
