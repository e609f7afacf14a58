import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createExec } from '../../server/base/exec.js';
import { silentLog } from '../../server/base/log.js';
import { videoChunkArgs } from '../../server/media/args.js';
import { createFragmentReader, initSegment, mediaSegment, packVideo } from '../../server/media/fmp4/index.js';
import type { FragmentInit } from '../../server/media/fmp4/model.js';
import { absoluteGrid, keyframeGrid } from '../../server/media/grid.js';
import { avcCodecs } from '../../server/media/h264-level.js';
import type { MediaInfo } from '../../server/media/info.js';
import { planLadder } from '../../server/media/ladder.js';
import type { EncodedVideo, VideoGrid } from '../../server/media/plan.js';
import { createProber } from '../../server/media/probe/index.js';
import { timescaleOf } from '../../server/media/rational.js';
import { convertClip, makeClip, readFrameNumbers } from '../support/clips.js';
import { describeVideoFile } from '../support/media-info.js';

const exec = createExec({ log: silentLog });
const prober = createProber({ exec });
const rungOf = (info: MediaInfo, height = 144): EncodedVideo =>
  planLadder(info, { copyable: false, heights: [height] })[0]!;

describe('videoChunkArgs', () => {
  const info = describeVideoFile();
  const grid = absoluteGrid(60, info.video.frameRate);
  const chunk = (changes: Partial<Parameters<typeof videoChunkArgs>[0]>) =>
    videoChunkArgs({
      ...{ source: { path: '/media/-film.mp4', info }, renditions: [rungOf(info, 480)], grid },
      ...{ firstSegment: 7, lastSegment: 12, threads: 1, isAwaited: false, ...changes },
    });
  const filterOf = (args: string[]) => args[args.indexOf('-filter_complex') + 1];

  it('are these for a chunk in the middle', () => {
    const args = chunk({});
    const [, formats] = args.splice(args.indexOf('-format_whitelist'), 2);
    expect(formats).toMatch(/^mov,mp4.*matroska/);
    expect(args.join(' ').replaceAll(/ (?=-)/g, '\n')).toMatchInlineSnapshot(`
      "-hide_banner
      -nostdin
      -v error
      -filter_complex_threads 1
      -protocol_whitelist file,pipe
      -fflags +genpts
      -threads 1
      -noaccurate_seek
      -ss 12.000000
      -copyts
      -i file:/media/-film.mp4
      -filter_complex [0:0]settb=1/30000,fps=30/1:start_time=12.000000000,scale=854:480:flags=area,setsar=1,format=yuv420p[v0]
      -map [v0]
      -map_metadata
      -1
      -map_chapters
      -1
      -fps_mode passthrough
      -frames:v 360
      -c:v libx264
      -preset veryfast
      -threads 1
      -profile:v high
      -level:v 3.1
      -pix_fmt yuv420p
      -crf 23
      -maxrate 1500000
      -bufsize 3000000
      -g 60
      -keyint_min 60
      -sc_threshold 0
      -force_key_frames expr:eq(n,0)+eq(n,60)+eq(n,120)+eq(n,180)+eq(n,240)+eq(n,300)
      -x264-params stitchable=1
      -video_track_timescale 30000
      -movflags frag_keyframe+empty_moov+default_base_moof+negative_cts_offsets+skip_trailer
      -f mp4 pipe:1"
    `);
  });

  it('do not seek at the start, and hold the last picture only at the end', () => {
    expect(chunk({ firstSegment: 0, lastSegment: 6 })).not.toContain('-ss');
    expect(filterOf(chunk({ firstSegment: 0, lastSegment: 6 }))).not.toContain('tpad');
    expect(filterOf(chunk({ firstSegment: 25, lastSegment: 30 }))).toContain('tpad=stop_mode=clone:stop=15');
  });

  it('begin earlier where a seek may land between keyframes', () => {
    const seek = (format: string, codec: string) => {
      const args = chunk({ source: { path: 'x', info: describeVideoFile({ codec }, { format }) } });
      return args[args.indexOf('-ss') + 1];
    };
    expect(seek('matroska,webm', 'h264')).toBe('12.000000');
    expect(seek('mpegts', 'h264')).toBe('1.500000');
    expect(seek('mpegts', 'mpeg2video')).toBe('9.000000');
  });

  it('count time from where the container begins', () => {
    const at = (startSeconds: number) =>
      filterOf(chunk({ source: { path: 'x', info: { ...info, startSeconds } } }));
    expect(at(1.4)).toMatch(/^\[0:0\]settb=1\/30000,setpts=PTS-42000,fps=30\/1:start_time=12\.0+,/);
    expect(at(-0.007)).toContain('setpts=PTS+210,');
    expect(at(0)).not.toContain('setpts');
  });

  it('deinterlace and map tones only where it is needed, tones after scaling', () => {
    const filter = (video: Parameters<typeof describeVideoFile>[0]) =>
      filterOf(chunk({ source: { path: 'x', info: describeVideoFile(video) } }));
    expect(filter({ interlaced: true })).toMatch(/^\[0:0\]bwdif=.*settb/);
    expect(filter({ hdr: true })).toMatch(/fps=.*scale=854:480.*tonemap=.*setsar=1,format=yuv420p\[v0\]$/);
    expect(filter({})).not.toMatch(/bwdif|tonemap/);
  });
});

describe('a chunk that ffmpeg makes', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chunks-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function makeChunk(
    path: string,
    info: MediaInfo,
    grid: VideoGrid,
    firstSegment: number,
    lastSegment: number,
    isAwaited = false,
  ) {
    const rendition = rungOf(info);
    const { stdout } = await exec.run(
      'ffmpeg',
      videoChunkArgs({
        source: { path, info },
        renditions: [rendition],
        grid,
        firstSegment,
        lastSegment,
        threads: 1,
        isAwaited,
      }),
    );
    const { frameTicks } = timescaleOf(grid.frameRate);
    const reader = createFragmentReader({ startTick: grid.frames[firstSegment]! * frameTicks });
    const events = reader.push(stdout);
    reader.end();
    const init = events.find((event): event is FragmentInit => event.type === 'init')!;
    const fragments = events.filter((event) => event.type === 'fragment');
    return { stdout, init, fragments, rendition, frameTicks };
  }

  async function framesIn(name: string, ...bytes: Buffer[]): Promise<number[]> {
    const path = join(folder, name);
    await writeFile(path, Buffer.concat(bytes));
    return readFrameNumbers(path);
  }

  const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '70', '-bf', '2', '-pix_fmt', 'yuv420p'];
  const seconds = 5;
  const whole = Array.from({ length: seconds * 30 }, (_, n) => n);

  it.each([
    ['MP4', 'clip.mp4', H264],
    ['Matroska', 'clip.mkv', H264],
    ['MPEG-TS', 'clip.ts', H264],
    ['AVI with MPEG-4', 'clip.avi', ['-c:v', 'mpeg4', '-q:v', '3', '-bf', '2', '-g', '50']],
  ])('shows the frames of the plan, exactly, from %s', async (_, name, video) => {
    const path = await makeClip({ name, seconds, width: 480, height: 270, video });
    const info = await prober.probe(path);
    const grid = absoluteGrid(seconds, { num: 30, den: 1 });
    const first = await makeChunk(path, info, grid, 0, 1);
    const second = await makeChunk(path, info, grid, 2, 3);
    // The video of some containers begins a little after 0: the first picture is held until then.
    const shown = [
      ...(await framesIn(`1-${name}.mp4`, first.stdout)),
      ...(await framesIn(`2-${name}.mp4`, second.stdout)),
    ];
    const lateFrames = shown.filter((n) => n === 0).length - 1;
    expect(lateFrames).toBeLessThanOrEqual(1);
    expect(shown).toEqual([...Array<number>(lateFrames).fill(0), ...whole].slice(0, whole.length));
  });

  it('joins with its neighbours where the source’s rate varies', async () => {
    const drop = "select='not(between(mod(n,37),5,9))+eq(mod(n,3),0)'";
    const source = await makeClip({ seconds, audio: false });
    const path = await convertClip(source, 'vfr.mkv', ['-vf', drop, '-fps_mode', 'vfr', ...H264]);
    const info = await prober.probe(path);
    const grid = absoluteGrid(seconds, { num: 25, den: 1 });
    const all = await framesIn('all.mp4', (await makeChunk(path, info, grid, 0, 3)).stdout);
    const parts: number[] = [];
    for (const n of [0, 1, 2, 3]) {
      parts.push(...(await framesIn(`part${n}.mp4`, (await makeChunk(path, info, grid, n, n)).stdout)));
    }
    expect(all).toHaveLength(125);
    expect(parts).toEqual(all);
  });

  it('begins each segment with a keyframe, at the level and with the parameters that were promised', async () => {
    const path = await makeClip({ seconds, frameRate: '30000/1001', video: H264 });
    const info = await prober.probe(path);
    const { num, den } = { num: 30_000, den: 1001 };
    const source = { timescale: num, keyframeTicks: Float64Array.of(0, 70 * den), endTicks: 150 * den };
    const grid = keyframeGrid(source, { num, den }, { segmentSeconds: 1 });
    expect(grid.frames).toEqual([0, 70, 150]);
    const { init, fragments, rendition, frameTicks } = await makeChunk(path, info, grid, 0, 1);
    expect(init).toMatchObject({ timescale: 30_000, width: rendition.width, height: rendition.height });
    expect(avcCodecs(init.avcC[1]!, init.avcC[2]!, init.avcC[3]!)).toBe(rendition.codecs);
    const keyframes = fragments.map((f) => f.type === 'fragment' && f.run.samples[0]!.ptsTicks / frameTicks);
    // Segments at 0 and 70, and none longer than two seconds without.
    expect(keyframes).toEqual([0, 60, 70, 130]);
    expect(
      fragments.every((f) => f.type === 'fragment' && f.run.samples.findIndex((s) => s.isSync) === 0),
    ).toBe(true);
    // Also where somebody waits.
    const other = await makeChunk(path, info, grid, 1, 1, true);
    expect(other.init.avcC).toEqual(init.avcC);
  });

  it('decodes to the same pictures after it was cut into segments', async () => {
    const path = await makeClip({ seconds, video: H264 });
    const info = await prober.probe(path);
    const grid = absoluteGrid(seconds, { num: 30, den: 1 });
    const { stdout, init, fragments, frameTicks } = await makeChunk(path, info, grid, 0, 3);
    const segments = fragments.flatMap((f, n) =>
      f.type === 'fragment' ? mediaSegment(packVideo(f.run, f.endTick), n + 1) : [],
    );
    const own = Buffer.concat([initSegment({ kind: 'video', ...init }), ...segments]);
    const [expected, actual] = await Promise.all([hashesOf('theirs.mp4', stdout), hashesOf('ours.mp4', own)]);
    expect(actual.hashes).toEqual(expected.hashes);
    expect(actual.pts).toEqual(whole.map((n) => n * frameTicks));
  });

  it('has all its frames even when the source ends a little early', async () => {
    const path = await makeClip({ seconds: 2, video: H264 });
    const probed = await prober.probe(path);
    const grid = absoluteGrid(2.4, { num: 30, den: 1 });
    const { stdout } = await makeChunk(path, probed, grid, 0, grid.frames.length - 2);
    const shown = await framesIn('held.mp4', stdout);
    expect(shown).toHaveLength(72);
    expect(new Set(shown.slice(59))).toEqual(new Set([59]));
  });

  it('has fewer frames when the source is really shorter', async () => {
    const path = await makeClip({ seconds: 2, video: H264 });
    const grid = absoluteGrid(6, { num: 30, den: 1 });
    const { fragments } = await makeChunk(path, await prober.probe(path), grid, 0, 3);
    const frames = fragments.reduce((sum, f) => sum + (f.type === 'fragment' ? f.run.samples.length : 0), 0);
    expect(frames).toBe(75);
  });

  async function hashesOf(name: string, bytes: Buffer) {
    const path = join(folder, name);
    await writeFile(path, bytes);
    const { stdout } = await exec.run('ffmpeg', [
      ...['-v', 'error', '-i', path, '-map', '0:v', '-fps_mode', 'passthrough', '-copyts'],
      ...['-enc_time_base', '1:30000', '-f', 'framemd5', 'pipe:1'],
    ]);
    const rows = stdout
      .toString()
      .split('\n')
      .filter((line) => line && !line.startsWith('#'));
    const fields = rows.map((row) => row.split(',').map((field) => field.trim()));
    const first = Number(fields[0]?.[2]);
    return { hashes: fields.map((f) => f[5]), pts: fields.map((f) => Number(f[2]) - first) };
  }
});
