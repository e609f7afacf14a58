/** A page as axe sees it: nothing that WCAG 2.2 asks for at levels A and AA is missing. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Frame, Page } from 'playwright-core';
import { expect } from 'vitest';

interface Violation {
  id: string;
  help: string;
  nodes: { target: unknown[]; failureSummary?: string }[];
}

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** `page` in the state in which it is to be judged. What is wrong is told by rule, element and reason. */
export async function expectAccessible(page: Page | Frame): Promise<void> {
  // Evaluated by the debugger, since the pages' policy lets no script of a stranger in.
  await page.evaluate(`${AXE}; undefined`);
  const violations: Violation[] = await page.evaluate(
    `axe.run(document, ${JSON.stringify({ runOnly: TAGS, resultTypes: ['violations'] })}).then((result) => result.violations)`,
  );
  const told = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} (${help}): ${target.join(' ')}\n${failureSummary}`),
  );
  expect(told.join('\n\n'), page.url()).toBe('');
}
