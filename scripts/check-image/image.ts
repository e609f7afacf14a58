/** An image as podman or docker keeps it: built, measured, its root file system laid out in a folder. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { projectRoot } from '../../server/base/files.js';

const run = promisify(execFile);

export interface Image {
  sizeBytes: number;
  env: Record<string, string>;
  workingDir: string;
  /** Entry point and command together. */
  command: string[];
  /** Writes every file of it below `folder`, owners kept. */
  unpack(folder: string): Promise<void>;
}

/** The first of podman and docker that starts. */
export async function findTool(): Promise<string> {
  for (const tool of ['podman', 'docker']) {
    const works = await run(tool, ['--version']).then(
      () => true,
      () => false,
    );
    if (works) return tool;
  }
  throw new Error('Neither podman nor docker was found. Install one of them, e.g. apt-get install podman');
}

/** Output goes to the terminal: a build takes minutes. */
export async function buildImage(tool: string, name: string): Promise<void> {
  // Podman's chroot isolation builds where containers may not be started, such as inside another one.
  const isolation = tool === 'podman' ? ['--isolation=chroot', '--network=host'] : [];
  const child = spawn(tool, ['build', ...isolation, '-t', name, '.'], {
    cwd: projectRoot(),
    stdio: 'inherit',
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${tool} build failed`);
}

export async function openImage(tool: string, name: string): Promise<Image> {
  const { stdout } = await run(tool, ['image', 'inspect', name]).catch((cause: unknown) => {
    throw new Error(`${tool} has no image ${name}; --build makes it`, { cause });
  });
  const [found] = JSON.parse(stdout) as [
    {
      Size: number;
      Config: { Env?: string[]; WorkingDir?: string; Entrypoint?: string[] | null; Cmd?: string[] | null };
    },
  ];
  const { Env = [], WorkingDir = '/', Entrypoint, Cmd } = found.Config;
  return {
    sizeBytes: found.Size,
    env: Object.fromEntries(Env.map((pair) => [pair.split('=')[0]!, pair.split('=').slice(1).join('=')])),
    workingDir: WorkingDir,
    command: [...(Entrypoint ?? []), ...(Cmd ?? [])],
    unpack: (folder) => unpack(tool, name, folder),
  };
}

async function unpack(tool: string, name: string, folder: string): Promise<void> {
  const { stdout } = await run(tool, ['create', name]);
  const container = stdout.trim();
  try {
    // The names are our own and a container id; the pipe is what a shell is for.
    await run('sh', ['-c', '"$1" export "$2" | tar -x -C "$3"', 'sh', tool, container, folder], {
      maxBuffer: 1 << 24,
    });
  } finally {
    await run(tool, ['rm', container]);
  }
}
