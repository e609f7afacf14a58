/** The appliance as a process of its own, for tests that pull its plug. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { projectRoot } from '../../server/base/files.js';

export interface RunningProcess {
  url: string;
  output: string[];
  child: ChildProcess;
  /** SIGKILL to the program and every child that it started; resolves when it is gone. */
  pullThePlug(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** Runs server/main.ts through tsx with that environment; resolves once it says that it answers. */
export async function startProcess(env: Record<string, string>): Promise<RunningProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'server/main.ts'], {
    cwd: projectRoot(),
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env, PORT: '0', HOST: '127.0.0.1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a process group of its own, so that its children can be killed with it
  });
  const output: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  const port = await new Promise<number>((resolve, reject) => {
    child.once('exit', (code) =>
      reject(new Error(`the appliance ended with ${code}:\n${output.join('\n')}`)),
    );
    createInterface({ input: child.stdout }).on('line', (line) => {
      output.push(line);
      const found = /"port":(\d+)/.exec(line);
      if (found) resolve(Number(found[1]));
    });
  });
  return {
    url: `http://127.0.0.1:${port}`,
    output,
    child,
    async pullThePlug() {
      const gone = once(child, 'exit');
      process.kill(-child.pid!, 'SIGKILL');
      await gone;
    },
    async stop() {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      return (await gone)[0] as number | null;
    },
  };
}

/** The path where the test file keeps a fresh world: media and data folders, an API key. */
export function worldEnv(root: string): Record<string, string> {
  return {
    MEDIA_DIR: join(root, 'media'),
    DATA_DIR: join(root, 'data'),
    API_KEY: 'ls_test_key_0123456789abcdef',
    LOG_LEVEL: 'info',
  };
}
