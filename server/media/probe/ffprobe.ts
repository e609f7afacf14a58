/**
 * Runs ffprobe once on one file and hands over its words as they are. Also asks ffmpeg, once per process, what
 * it can decode. Judges nothing.
 */
import type { Exec } from '../../base/exec.js';
import { INPUT_LIMITS, inputName } from '../input.js';

export type Tags = Record<string, string>;

/** The fields of ffprobe's JSON that are looked at; every one may be missing. */
export interface RawStream {
  index: number;
  codec_type?: string;
  codec_name?: string;
  codec_tag_string?: string;
  profile?: string;
  width?: number;
  height?: number;
  sample_aspect_ratio?: string;
  pix_fmt?: string;
  field_order?: string;
  color_transfer?: string;
  r_frame_rate?: string;
  avg_frame_rate?: string;
  sample_rate?: string;
  channels?: number;
  start_time?: string;
  duration?: string;
  bit_rate?: string;
  tags?: Tags;
  disposition?: Record<string, number>;
  side_data_list?: { side_data_type?: string; rotation?: number; displaymatrix?: string }[];
}

export interface RawChapter {
  start_time?: string;
  end_time?: string;
  tags?: Tags;
}

export interface RawProbe {
  format: { format_name?: string; start_time?: string; duration?: string; bit_rate?: string; tags?: Tags };
  streams: RawStream[];
  chapters: RawChapter[];
  /** True when a first packet carries encryption data (Common Encryption in MP4). */
  isEncrypted: boolean;
  /** True when ffprobe guessed the duration from the first packets' bit rate. */
  isDurationGuessed: boolean;
}

/** Errors: those of exec; ffprobe's words in `detail`. */
export async function runFfprobe(exec: Exec, path: string, signal: AbortSignal): Promise<RawProbe> {
  const { stdout, stderr } = await exec.run(
    'ffprobe',
    [
      ...['-v', 'warning', ...INPUT_LIMITS],
      ...['-show_format', '-show_streams', '-show_chapters'],
      // A few packets too: nothing else in ffprobe's output tells that a stream is encrypted.
      ...['-show_packets', '-read_intervals', '%+#16'],
      ...['-of', 'json', '-i', inputName(path)],
    ],
    { signal },
  );
  const json = JSON.parse(stdout.toString('utf8')) as Partial<RawProbe> & {
    packets_and_frames?: unknown;
    packets?: { side_data_list?: { side_data_type?: string }[] }[];
  };
  const sideData = (json.packets ?? []).flatMap((packet) => packet.side_data_list ?? []);
  return {
    format: json.format ?? {},
    streams: json.streams ?? [],
    chapters: json.chapters ?? [],
    isEncrypted: sideData.some((data) => data.side_data_type === 'Encryption info'),
    isDurationGuessed: stderr.includes('Estimating duration from bitrate'),
  };
}

/** Seconds from the first time stamp to the end of the last packet, by reading all of them. */
export async function measureSeconds(
  exec: Exec,
  path: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  const { stdout } = await exec.run(
    'ffmpeg',
    [
      ...['-v', 'error', '-nostdin', ...INPUT_LIMITS, '-i', inputName(path)],
      ...['-map', '0:v?', '-map', '0:a?', '-c', 'copy', '-f', 'null'],
      ...['-progress', 'pipe:1', '-stats_period', '3600', '-'],
    ],
    { signal },
  );
  const microseconds = Number(/out_time_us=(\d+)\s(?!.*out_time_us)/s.exec(stdout.toString())?.[1]);
  return microseconds > 0 ? microseconds / 1e6 : undefined;
}

/** Names of the codecs that ffmpeg here can decode. */
export async function listDecodable(exec: Exec): Promise<ReadonlySet<string>> {
  const { stdout } = await exec.run('ffmpeg', ['-v', 'error', '-codecs'], { timeoutMs: 30_000 });
  const lines = stdout.toString('utf8').matchAll(/^ D[.E][VAS]\S{3} (\S+)/gm);
  return new Set(Array.from(lines, (line) => line[1]!));
}
