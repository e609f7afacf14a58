/**
 * The films that are measured, made once into a folder and kept there. Coded with settings that are usual for
 * cameras and downloads, from a moving test picture with some noise, so that bit rates are true to life.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Input {
  /** What the table says. */
  title: string;
  file: string;
  seconds: number;
  isAudio?: boolean;
}

type Recipe = Input & ({ source: string; args: string[] } | { repeats: string; times: number });

const X264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-b:v', '8M', '-maxrate', '10M', '-bufsize', '16M'];
const X265 = ['-c:v', 'libx265', '-preset', 'ultrafast', '-tag:v', 'hvc1'];
const PICTURE = 'testsrc2=r=30:s=1920x1080,noise=alls=8:allf=t';
const SOUND = 'aevalsrc=0.2*sin(2*PI*(220+20*t)*t)|0.2*sin(2*PI*330*t):s=48000';
const HDR =
  'testsrc2=r=30:s=3840x2160,setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709,' +
  'zscale=t=linear:npl=300,format=gbrpf32le,zscale=p=bt2020:t=smpte2084:m=bt2020nc:r=tv,format=yuv420p10le';
const HDR_X265 =
  'log-level=error:hdr10=1:repeat-headers=1:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:' +
  'master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50):max-cll=1000,400';

const picture = (graph: string, seconds: number) => [
  ...['-f', 'lavfi', '-i', graph, '-f', 'lavfi', '-i', SOUND, '-t', String(seconds)],
];
const H264 = {
  source: PICTURE,
  args: [...X264, '-g', '250', '-bf', '3', '-pix_fmt', 'yuv420p'],
};

/** A quick run takes short films only. */
export function recipes(isQuick: boolean): Recipe[] {
  const seconds = isQuick ? 12 : 60;
  const base = (title: string, file: string, more: object) => ({ title, file, seconds, ...more }) as Recipe;
  return [
    base(`H.264 MP4 ${seconds} s`, `h264-${seconds}.mp4`, H264),
    ...(isQuick
      ? []
      : [
          { title: 'H.264 MP4 600 s', file: 'h264-600.mp4', seconds: 600, repeats: 'h264-60.mp4', times: 10 },
          {
            title: 'H.264 MP4 7200 s',
            file: 'h264-7200.mp4',
            seconds: 7200,
            repeats: 'h264-60.mp4',
            times: 120,
          },
          { title: 'H.264 MKV 600 s', file: 'h264-600.mkv', seconds: 600, repeats: 'h264-60.mp4', times: 10 },
        ]),
    base(`HEVC MP4 ${seconds} s`, `hevc-${seconds}.mp4`, {
      source: PICTURE,
      args: [...X265, '-b:v', '6M', '-x265-params', 'log-level=error', '-pix_fmt', 'yuv420p'],
    }),
    base(`VP9 WebM ${seconds} s`, `vp9-${seconds}.webm`, {
      source: PICTURE,
      args: [
        '-c:v',
        'libvpx-vp9',
        '-deadline',
        'realtime',
        '-cpu-used',
        '8',
        '-row-mt',
        '1',
        '-b:v',
        '6M',
        '-pix_fmt',
        'yuv420p',
        '-c:a',
        'libopus',
      ],
    }),
    base(`HDR10 4K HEVC ${seconds} s`, `hdr10-4k-${seconds}.mp4`, {
      source: HDR,
      args: [...X265, '-crf', '24', '-x265-params', HDR_X265],
    }),
    base(`MP3 ${isQuick ? seconds : 600} s`, `sound-${isQuick ? seconds : 600}.mp3`, {
      seconds: isQuick ? seconds : 600,
      isAudio: true,
      source: '',
      args: ['-c:a', 'libmp3lame', '-b:a', '192k'],
    }),
  ];
}

/** Makes what is missing; tells what it is busy with, since that takes minutes once. */
export async function makeInputs(
  folder: string,
  wanted: Recipe[],
  tell: (text: string) => void,
): Promise<Input[]> {
  await mkdir(folder, { recursive: true });
  for (const recipe of wanted) {
    if (existsSync(join(folder, recipe.file))) continue;
    tell(`making ${recipe.file} …`);
    const extension = recipe.file.split('.').at(-1)!;
    const temporary = join(folder, `.making.${extension}`);
    await ffmpeg([...(await argumentsOf(recipe, folder)), `file:${temporary}`]);
    await rename(temporary, join(folder, recipe.file));
  }
  return wanted.map((recipe) => ({ ...recipe, file: join(folder, recipe.file) }));
}

async function argumentsOf(recipe: Recipe, folder: string): Promise<string[]> {
  if ('repeats' in recipe) {
    const list = join(folder, '.list.txt');
    await writeFile(list, `file '${recipe.repeats}'\n`.repeat(recipe.times));
    return ['-f', 'concat', '-safe', '0', '-i', list, '-c', 'copy', '-movflags', '+faststart'];
  }
  if (recipe.isAudio) return ['-f', 'lavfi', '-i', SOUND, '-t', String(recipe.seconds), ...recipe.args];
  const sound = recipe.args.includes('-c:a') ? [] : ['-c:a', 'aac', '-b:a', '160k'];
  return [...picture(recipe.source, recipe.seconds), ...sound, ...recipe.args];
}

async function ffmpeg(args: string[]): Promise<void> {
  const child = spawn('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`ffmpeg ${args.join(' ')} ended with ${code}`);
}
