import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../../../server/base/files.js';

const css = ['1-site.css', '1-top.css']
  .map((name) => readFileSync(join(projectRoot(), 'views/public/styles', name), 'utf8'))
  .join('\n');
const light = coloursOf(':root {');
const dark = coloursOf(":root:not([data-theme='light']) {");

function coloursOf(selector: string): Record<string, string> {
  const body = css.split(selector)[1]!.split('}', 1)[0]!;
  return Object.fromEntries(
    [...body.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, hex]) => [name!, hex!]),
  );
}

/** WCAG 2.2: 4.5 for words, 3 for the edges of what can be used. */
const PAIRS: [ink: string, ground: string, ratio: number][] = [
  ['ink', 'paper', 4.5],
  ['ink', 'card', 4.5],
  ['soft', 'paper', 4.5],
  ['soft', 'card', 4.5],
  ['accent', 'paper', 4.5],
  ['accent', 'card', 4.5],
  ['accent-ink', 'accent', 4.5],
  ['accent-ink', 'accent-over', 4.5],
  ['bad', 'bad-ground', 4.5],
  ['bad', 'card', 4.5],
  ['good', 'card', 4.5],
  ['good', 'paper', 4.5],
  ['field-line', 'card', 3],
  ['field-line', 'paper', 3],
];

test.each([
  ['by day', light],
  ['by night', { ...light, ...dark }],
])('all words and edges can be made out %s', (_when, colours) => {
  for (const [ink, ground, least] of PAIRS) {
    expect(contrast(colours[ink]!, colours[ground]!), `${ink} on ${ground}`).toBeGreaterThanOrEqual(least);
  }
});

test('night is the same by choice as by the system', () => {
  expect(coloursOf(":root[data-theme='dark'] {")).toEqual(dark);
  expect(Object.keys(dark).length).toBeGreaterThan(10);
});

function contrast(a: string, b: string): number {
  const [darker, lighter] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

/** WCAG 2.2, "relative luminance". */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
