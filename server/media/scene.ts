/** ffmpeg arguments that tell how much each picture differs from the one before, and how to read the answer. Pure. */
import { QUIET, type Source } from './args.js';
import { inputName, INPUT_LIMITS } from './input.js';

/** Differences show in a small picture as well, at a fraction of the work. */
const WIDTH = 320;

/** Two lines of text on stdout for each picture of the range; one thread. */
export function sceneArgs(
  { path, info }: Source,
  { startSeconds, endSeconds }: { startSeconds: number; endSeconds: number },
): string[] {
  const video = info.video!;
  const filters = [
    `scale=${WIDTH}:-2:flags=area`,
    'format=yuv420p',
    // Every picture passes, with its score.
    "select='gte(scene,0)'",
    'metadata=mode=print:file=-',
  ];
  return [
    ...QUIET,
    ...['-filter_threads', '1'],
    ...INPUT_LIMITS,
    ...['-threads', '1'],
    ...(startSeconds > 0 ? ['-ss', startSeconds.toFixed(3)] : []),
    ...['-t', (endSeconds - startSeconds).toFixed(3)],
    ...['-i', inputName(path)],
    ...['-map', `0:${video.index}`, '-an', '-sn', '-dn'],
    ...['-vf', filters.join(',')],
    ...['-f', 'null', '-'],
  ];
}

/** Reads the answer as it comes; `onScore` gets seconds within the range and a score of 0 to 100. */
export function createSceneReader(onScore: (seconds: number, score: number) => void): {
  push(chunk: Buffer): void;
} {
  let rest = '';
  let seconds = 0;
  return {
    push(chunk) {
      const lines = (rest + chunk.toString('latin1')).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const time = /pts_time:(-?[\d.]+)/.exec(line)?.[1];
        if (time !== undefined) seconds = Number(time);
        const score = /^lavfi\.scene_score=([\d.]+)/.exec(line)?.[1];
        if (score !== undefined) onScore(seconds, Number(score) * 100);
      }
    },
  };
}
