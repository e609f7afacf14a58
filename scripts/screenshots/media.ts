/** Media worth looking at, made by ffmpeg alone: evening skies, a song with a cover, a voice, a file cut off. */
import { execFile } from 'node:child_process';
import { copyFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Media {
  film: string;
  phone: string;
  sky: string;
  song: string;
  voice: string;
  cutOff: string;
}

const run = promisify(execFile);
const CHAPTERS = ['The tide goes out', 'Lights on the pier', 'Last ferry home'];
const CHAPTER_SECONDS = 16;
const CAPTIONS = `1
00:00:02,000 --> 00:00:09,000
It is later than it looks.

2
00:00:10,000 --> 00:00:40,000
The ferry will not wait for us.
`;
const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '26', '-g', '48', '-pix_fmt', 'yuv420p'];
const HUM = '0.2*sin(2*PI*220*t)*(0.4+0.6*abs(sin(2*PI*t/7)))*exp(-2*mod(t,0.5))';

/** Makes them in `folder`; the values are paths. */
export async function makeMedia(folder: string): Promise<Media> {
  const at = (name: string) => join(folder, name);
  const chapters = CHAPTERS.map((title, n) => {
    const start = n * CHAPTER_SECONDS;
    return `[CHAPTER]\nTIMEBASE=1/1\nSTART=${start}\nEND=${start + CHAPTER_SECONDS}\ntitle=${title}\n`;
  });
  await writeFile(at('chapters.txt'), `;FFMETADATA1\n${chapters.join('')}`);
  await writeFile(at('captions.srt'), CAPTIONS);
  await makeSky(at('evening.mp4'), '1280x720', ['0x101a33', '0xe58a52', '0x6a3d63', '0x1d4e68'], 48, 11);
  await makeSky(at('sky.mp4'), '1280x720', ['0x0d2b45', '0x8fc1d4', '0xf3d9b1', '0x2c5f77'], 20, 5);
  await makeSky(at('phone.mp4'), '540x960', ['0x24123a', '0xc8553d', '0xf7c59f', '0x2b3a67'], 14, 7);
  const film = ['-i', at('evening.mp4'), '-i', at('captions.srt'), '-i', at('chapters.txt')];
  const mapped = ['-map', '0', '-map', '1', '-map_chapters', '2', '-metadata:s:s:0', 'language=eng'];
  await ffmpeg(...film, ...mapped, '-c', 'copy', '-c:s', 'srt', at('film.mkv'));
  await ffmpeg('-ss', '9', '-i', at('phone.mp4'), '-frames:v', '1', '-vf', 'crop=540:540', at('cover.jpg'));
  const sound = ['-f', 'lavfi', '-i', `aevalsrc='${HUM}|${HUM}':s=44100:d=95`];
  const cover = [
    '-i',
    at('cover.jpg'),
    '-i',
    at('chapters.txt'),
    '-map',
    '0',
    '-map',
    '1',
    '-map_chapters',
    '2',
  ];
  const tagged = ['-c:v', 'copy', '-disposition:v', 'attached_pic', '-id3v2_version', '3'];
  await ffmpeg(...sound, ...cover, '-c:a', 'libmp3lame', ...tagged, at('song.mp3'));
  await ffmpeg(
    '-i',
    at('song.mp3'),
    '-map',
    '0:a',
    '-c',
    'copy',
    '-map_chapters',
    '-1',
    '-t',
    '41',
    at('voice.mp3'),
  );
  await copyFile(at('sky.mp4'), at('cut-off.mp4'));
  await truncate(at('cut-off.mp4'), 90_000);
  return {
    film: at('film.mkv'),
    phone: at('phone.mp4'),
    sky: at('sky.mp4'),
    song: at('song.mp3'),
    voice: at('voice.mp3'),
    cutOff: at('cut-off.mp4'),
  };
}

async function makeSky(
  path: string,
  size: string,
  colours: string[],
  seconds: number,
  seed: number,
): Promise<void> {
  const named = colours.map((colour, n) => `c${n}=${colour}`).join(':');
  const sky = `gradients=s=${size}:r=24:d=${seconds}:n=${colours.length}:${named}:speed=0.012:seed=${seed}`;
  const sound = `aevalsrc='${HUM}':s=48000:d=${seconds}`;
  await ffmpeg('-f', 'lavfi', '-i', sky, '-f', 'lavfi', '-i', sound, ...X264, '-c:a', 'aac', path);
}

async function ffmpeg(...args: string[]): Promise<void> {
  await run('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...args]);
}
