/**
 * ffmpeg arguments for the beginning of a video as chats show it under a link: a small plain MP4 that plays
 * everywhere before it is all there. Pure.
 */
import { BARE, QUIET, type Source } from './args.js';
import { defaultAudioOf } from './audio-args.js';
import type { ClipRange } from './clip/index.js';
import type { MediaInfo, VideoStream } from './info.js';
import { inputName, INPUT_LIMITS } from './input.js';
import { sizeAndColour } from './picture-filters.js';
import { fitBox } from './poster.js';
import { rateOf } from './rational.js';
import { stretchOf, type Stretch } from './stretch.js';

const LONGEST_SECONDS = 30;
const LONGEST_SIDE = 640;
const MOST_FRAMES_PER_SECOND = 30;
/** With the sound, some 5 MB for the longest: chats refuse what is over 8 MB. */
const MAXRATE_BPS = 1_200_000;
const AUDIO_BPS = 96_000;

/** What it shows; undefined where there is nothing to be seen. */
export function unfurlStretch(info: MediaInfo, range?: ClipRange): Stretch | undefined {
  const stretch = stretchOf(info, range);
  const pictureEnd = info.video?.durationSeconds ?? info.durationSeconds;
  if (!info.video || !stretch || stretch.startSeconds >= pictureEnd) return undefined;
  const { startSeconds, endSeconds } = stretch;
  return { startSeconds, endSeconds: Math.min(endSeconds, startSeconds + LONGEST_SECONDS) };
}

export function unfurlSize({ displayWidth, displayHeight }: VideoStream): { width: number; height: number } {
  return fitBox(displayWidth, displayHeight, LONGEST_SIDE);
}

/** MP4 at `target`, its tables in front. Nothing in it is from outside the stretch. */
export function unfurlArgs({ path, info }: Source, stretch: Stretch, target: string): string[] {
  const video = info.video!;
  const { startSeconds, endSeconds } = stretch;
  const { width, height } = unfurlSize(video);
  const audio = defaultAudioOf(info);
  const filters = [
    // One field is enough for a small picture.
    ...(video.interlaced ? ['field'] : []),
    `fps=${frameRateOf(video.frameRate)}`,
    ...sizeAndColour(video, width, height),
    'format=yuv420p',
  ];
  return [
    ...[...QUIET, ...INPUT_LIMITS],
    ...(startSeconds > 0 ? ['-ss', startSeconds.toFixed(3)] : []),
    ...['-t', (endSeconds - startSeconds).toFixed(3), '-i', inputName(path)],
    ...['-map', `0:${video.index}`, '-sn', '-dn', ...BARE],
    ...['-vf', filters.join(',')],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-profile:v', 'main', '-crf', '26'],
    ...['-maxrate', String(MAXRATE_BPS), '-bufsize', String(2 * MAXRATE_BPS)],
    ...(audio
      ? [
          ...['-map', `0:a:${audio.ordinal}`, '-af', 'aresample=48000:async=1:first_pts=0', '-ac', '2'],
          ...['-c:a', 'aac', '-b:a', String(AUDIO_BPS)],
        ]
      : []),
    // The tables in front: it plays while it is fetched.
    ...['-movflags', '+faststart', '-f', 'mp4', '-y', inputName(target)],
  ];
}

/** Of what runs faster every second picture, or fewer. */
function frameRateOf(frameRate: { num: number; den: number }): string {
  const share = Math.max(1, Math.ceil(rateOf(frameRate) / (MOST_FRAMES_PER_SECOND + 0.5)));
  return `${frameRate.num}/${frameRate.den * share}`;
}
