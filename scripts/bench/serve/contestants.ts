/** Starts one server on the folder of segments, alone on a core, and ends it again. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export type ContestantName = 'nginx' | 'lanternshare' | 'express.static';

export interface Contestant {
  pid: number;
  urlOf(sizeBytes: number): string;
  stop(): Promise<void>;
}

interface Place {
  folder: string;
  core: number | undefined;
}

export function startContestant(name: ContestantName, place: Place): Promise<Contestant> {
  return name === 'nginx' ? startNginx(place) : startNode(name, place);
}

/** One process, so that its CPU is all there is. */
async function startNginx({ folder, core }: Place): Promise<Contestant> {
  const port = await freePort();
  const state = join(folder, 'nginx');
  await mkdir(state, { recursive: true });
  const config = join(state, 'nginx.conf');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${state}/${kind};`,
  );
  await writeFile(
    config,
    `daemon off; master_process off; pid ${state}/nginx.pid; error_log stderr;
     events { worker_connections 1024; }
     http {
       ${temporary.join('\n       ')}
       access_log off; sendfile on; tcp_nopush on; open_file_cache max=100; keepalive_requests 1000000000;
       types { video/iso.segment m4s; }
       server { listen 127.0.0.1:${port}; root ${folder}; add_header Access-Control-Allow-Origin *; }
     }`,
  );
  const child = spawnOn(core, 'nginx', ['-c', config, '-p', state]);
  await untilAnswering(port, child);
  return contestant(child, (sizeBytes) => `http://127.0.0.1:${port}/${sizeBytes}.m4s`);
}

/** The server is a process of its own: what this one does must not count. */
async function startNode(name: ContestantName, { folder, core }: Place): Promise<Contestant> {
  const server = fileURLToPath(new URL(`./server${extname(import.meta.url)}`, import.meta.url));
  const child = spawnOn(core, process.execPath, [...process.execArgv, server, name, folder]);
  const lines = createInterface({ input: child.stdout! });
  const [line] = (await Promise.race([once(lines, 'line'), failure(child)])) as [string];
  const urls = JSON.parse(line) as Record<string, string>;
  return contestant(child, (sizeBytes) => urls[sizeBytes]!);
}

function spawnOn(core: number | undefined, file: string, args: string[]): ChildProcess {
  const [program, ...rest] =
    core === undefined ? [file, ...args] : ['taskset', '-c', String(core), file, ...args];
  return spawn(program, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
}

function contestant(child: ChildProcess, urlOf: (sizeBytes: number) => string): Contestant {
  return {
    pid: child.pid!, // taskset becomes the program that it starts
    urlOf,
    async stop() {
      if (child.exitCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

async function failure(child: ChildProcess): Promise<never> {
  const [code] = await once(child, 'exit');
  throw new Error(`${child.spawnargs.join(' ')} ended with ${code}`);
}

async function untilAnswering(port: number, child: ChildProcess): Promise<void> {
  for (let tries = 0; child.exitCode === null && tries < 100; tries++) {
    const answered = await fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => new Promise<boolean>((resolve) => setTimeout(resolve, 50, false)),
    );
    if (answered) return;
  }
  throw new Error('nginx did not start; is it installed? (Debian: apt-get install nginx-light)');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
