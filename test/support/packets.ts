/** What ffmpeg itself says of the packets of a stream: the measure for everything that reads containers. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface Packet {
  ptsSeconds: number;
  sizeBytes: number;
  isKey: boolean;
}

const run = promisify(execFile);

/** `stream` as ffprobe selects it: 'v:0', 'a:1'. In the order of the file. */
export async function listPackets(path: string, stream: string): Promise<Packet[]> {
  const fields = ['-select_streams', stream, '-show_entries', 'packet=pts_time,size,flags', '-of', 'json'];
  const { stdout } = await run('ffprobe', ['-v', 'error', ...fields, `file:${path}`], { maxBuffer: 1 << 28 });
  const { packets } = JSON.parse(stdout) as { packets: { pts_time: string; size: string; flags: string }[] };
  return packets.map((packet) => ({
    ptsSeconds: Number(packet.pts_time),
    sizeBytes: Number(packet.size),
    isKey: packet.flags.startsWith('K'),
  }));
}

/** The bytes of all packets of a stream, as `ffmpeg -c copy` takes them out. */
export async function readPayload(path: string, stream: string): Promise<Buffer> {
  const args = ['-v', 'error', '-nostdin', '-i', `file:${path}`, '-map', `0:${stream}`, '-c', 'copy'];
  const { stdout } = await run('ffmpeg', [...args, '-f', 'data', 'pipe:1'], {
    encoding: 'buffer',
    maxBuffer: 1 << 30,
  });
  return stdout;
}
