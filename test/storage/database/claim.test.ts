import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { claimDataDir } from '../../../storage/database/index.js';

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'lanternshare-claim-'));
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

test('a data dir is refused to a second appliance until the first lets go of it', async () => {
  const claim = await claimDataDir(dataDir);
  await expect(claimDataDir(dataDir)).rejects.toMatchObject({
    code: 'busy',
    message: expect.stringContaining('in use by another'),
  });
  await claim.release();
  await (await claimDataDir(dataDir)).release();
});

test('another process is refused too, and a killed one holds nothing', async () => {
  const module = new URL('../../../storage/database/claim.ts', import.meta.url).href;
  const claimInProcess = async (then: string) => {
    const code = `const { claimDataDir } = await import(${JSON.stringify(module)});
      await claimDataDir(${JSON.stringify(dataDir)}).then(() => console.log('claimed'), (e) => console.log(e.code));
      ${then}`;
    const args = ['--import', 'tsx', '--input-type=module', '-e', code];
    return promisify(execFile)(process.execPath, args).then(
      ({ stdout }) => stdout.trim(),
      ({ stdout }: { stdout: string }) => stdout.trim(),
    );
  };
  const claim = await claimDataDir(dataDir);
  expect(await claimInProcess('process.exit(0)')).toBe('busy');
  await claim.release();
  expect(await claimInProcess("process.kill(process.pid, 'SIGKILL')")).toBe('claimed');
  await (await claimDataDir(dataDir)).release();
});
