/** What a stranger is told of the appliance's state, and who is told the rest. */
import { rename } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { startAppliance } from '../support/appliance.js';

test('readiness tells states and numbers, but no name of a folder', { timeout: 60_000 }, async () => {
  const appliance = await startAppliance({ RESCAN_SECONDS: '5' });
  try {
    await rename(appliance.mediaDir, `${appliance.mediaDir}-away`);
    const ask = async () => (await fetch(`${appliance.url}/readyz`)).json() as Promise<any>;
    await expect.poll(async () => (await ask()).checks.watcher.rootState, { timeout: 30_000 }).not.toBe('ok');
    const told = await ask();
    expect(told.checks.mediaDir).toBe(false);
    expect(JSON.stringify(told)).not.toContain(appliance.mediaDir);
    expect(appliance.logLines.join('')).toContain(appliance.mediaDir);
  } finally {
    await appliance.close();
  }
});
