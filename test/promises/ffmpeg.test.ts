import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { ENCODERS, FILTERS, HDR_FILTERS } from '../../scripts/doctor/verdicts.js';
import { projectFiles } from '../support/tree.js';

const code = projectFiles(/^server\/.*\.ts$/)
  .map(({ text }) => text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/ .*/g, ''))
  .join('\n');

test('the doctor looks for every filter that the code asks of ffmpeg, and for no other', () => {
  const known = namesListed('-filters');
  // As in 'fps=30' or `,scale=${width}`: at the start of a text or after a comma.
  const used = [...code.matchAll(/['"`,}]([a-z]+)(?==)/g)].map(([, name]) => name!);
  // Taking no options, it looks like any word.
  const bare = ['apad', 'field'].filter((name) => code.includes(`'${name}'`));
  const asked = new Set([...used, ...bare].filter((name) => known.has(name)));
  expect([...asked].sort()).toEqual([...FILTERS, ...HDR_FILTERS].sort());
});

test('the doctor looks for every encoder that the code asks of ffmpeg, and for no other', () => {
  const known = namesListed('-encoders');
  const used = [...code.matchAll(/'(?:-c:[a-z]|-f)',\s*'(\w+)'/g)].map(([, name]) => name!);
  const asked = new Set(used.filter((name) => known.has(name)));
  expect([...asked].sort()).toEqual([...ENCODERS].sort());
});

function namesListed(option: string): Set<string> {
  const text = execFileSync('ffmpeg', ['-hide_banner', option], { encoding: 'utf8' });
  return new Set(text.split('\n').flatMap((line) => /^ [A-Z.|]{2,7} +(\w+) /.exec(line)?.[1] ?? []));
}
