import { describe, expect, it } from 'vitest';
import { createExec } from '../../server/base/exec.js';
import { silentLog } from '../../server/base/log.js';
import { audioSpecificConfig, silentAacFrame } from '../../server/media/aac.js';
import { createAdtsReader } from '../../server/media/adts.js';
import { audioChunkArgs, keepAudioFrames } from '../../server/media/audio-args.js';
import { initSegment, mediaSegment, packAudio } from '../../server/media/fmp4/index.js';
import type { MediaInfo } from '../../server/media/info.js';
import { makePlan } from '../../server/media/make-plan.js';
import type { AudioRendition } from '../../server/media/plan.js';
import { createProber } from '../../server/media/probe/index.js';
import type { SampleRun } from '../../server/media/source-index.js';
import { convertClip, makeClip } from '../support/clips.js';
import { describeAudioFile } from '../support/media-info.js';

const exec = createExec({ log: silentLog });
const prober = createProber({ exec });
const audioOf = (info: MediaInfo) =>
  makePlan(info, undefined, {}).renditions.find((r): r is AudioRendition => r.kind === 'audio')!;

describe('audioChunkArgs', () => {
  const argsOf = (info: MediaInfo, firstFrame = 500, endFrame = 1000) =>
    audioChunkArgs({
      source: { path: '/media/song.mp3', info },
      rendition: audioOf(info),
      firstFrame,
      endFrame,
    });
  const filterOf = (args: string[]) => args[args.indexOf('-af') + 1]!;

  it('are these for a chunk in the middle', () => {
    const args = argsOf(describeAudioFile({ sampleRate: 44_100 }, { startSeconds: 0.025057 }));
    args.splice(args.indexOf('-format_whitelist'), 2);
    expect(args.join(' ').replaceAll(/ (?=-)/g, '\n')).toMatchInlineSnapshot(`
      "-hide_banner
      -nostdin
      -v error
      -protocol_whitelist file,pipe
      -noaccurate_seek
      -ss 9.624000
      -copyts
      -discard:v all
      -i file:/media/song.mp3
      -map 0:a:0
      -vn
      -sn
      -dn
      -map_metadata
      -1
      -map_chapters
      -1
      -af asetpts=PTS-round(0.025057/TB),atrim=start=10.124000,aresample=48000:async=1:first_pts=352800,aformat=sample_fmts=fltp:sample_rates=48000:channel_layouts=stereo,apad,atrim=start_pts=509952:end_pts=1025024
      -c:a aac
      -b:a 128000
      -ar 48000
      -ac 2
      -f adts pipe:1"
    `);
  });

  it('do not seek near the start', () => {
    expect(argsOf(describeAudioFile(), 0, 40)).not.toContain('-ss');
    expect(argsOf(describeAudioFile(), 40, 80)).not.toContain('-ss');
    expect(argsOf(describeAudioFile(), 60, 80)).toContain('-ss');
  });

  it('mend time stamps that a container rounds to milliseconds', () => {
    const audio = { codec: 'opus', startSeconds: -0.007 };
    expect(filterOf(argsOf(describeAudioFile(audio, { format: 'matroska,webm' })))).toContain('/480)*480');
    expect(filterOf(argsOf(describeAudioFile(audio, { format: 'ogg' })))).not.toContain('asetpts');
  });

  it('bring any number of channels to one or two', () => {
    expect(filterOf(argsOf(describeAudioFile({ channels: 6 })))).toContain('channel_layouts=stereo');
    expect(filterOf(argsOf(describeAudioFile({ channels: 1 })))).toContain('channel_layouts=mono');
  });
});

describe('keepAudioFrames', () => {
  const rendition = audioOf(describeAudioFile());
  const packets = Array.from({ length: 10 }, (_, n) => Buffer.alloc(n + 1, n));

  it('drops what only primes and warms up', () => {
    const run = keepAudioFrames(packets, { rendition, firstFrame: 100, endFrame: 104 });
    expect(run.data).toEqual(packets.slice(3, 7));
    expect(run.samples.map((s) => s.sizeBytes)).toEqual([4, 5, 6, 7]);
  });

  it('is silent where nothing came', () => {
    const run = keepAudioFrames([], { rendition, firstFrame: 0, endFrame: 2 });
    expect(run.data).toEqual([silentAacFrame(2), silentAacFrame(2)]);
  });
});

describe('a chunk of sound that ffmpeg makes', () => {
  const CLICK_SECONDS = 2.5;

  it.each<[string, number, string[], number]>([
    ['click.mp3', 44_100, ['-c:a', 'libmp3lame', '-b:a', '192k'], 0],
    ['click.flac', 48_000, ['-c:a', 'flac'], 0],
    ['click.ogg', 48_000, ['-c:a', 'libvorbis', '-q:a', '6'], 0],
    // Its time 0 lies before the first sample by the encoder's delay, told in milliseconds.
    ['click.webm', 48_000, ['-c:a', 'libopus', '-b:a', '192k'], 312],
    ['click.mkv', 44_100, ['-c:a', 'flac', '-frame_size', '4096'], 0],
  ])(
    'has a click of %s at the right sample and joins with its neighbour',
    async (name, rate, audio, delay) => {
      const path = await makeClicks(name, rate, audio);
      const info = await prober.probe(path);
      const whole = await makeChunk(path, info, { firstFrame: 0, endFrame: 150 });
      const second = await makeChunk(path, info, { firstFrame: 100, endFrame: 150 });
      const samples = [...whole.samples.slice(0, 100), ...second.samples];
      const joined = { samples, data: [...whole.data.slice(0, 100), ...second.data] };
      const [expected, actual] = [await decode(info, whole, 0), await decode(info, joined, 0)];
      expect(Math.abs(loudest(actual) - delay - CLICK_SECONDS * 48_000)).toBeLessThanOrEqual(2);
      // Around the joint the difference is no more than what coding costs anywhere.
      expect(signalToNoise(expected, actual, 99 * 1024, 102 * 1024)).toBeGreaterThan(20);
    },
  );

  it('goes on in silence after the source has ended', async () => {
    const path = await makeClicks('click.flac', 48_000, ['-c:a', 'flac']);
    const info = await prober.probe(path);
    const beyond = { firstFrame: 300, endFrame: 310 };
    const run = await makeChunk(path, info, beyond);
    expect(run.samples).toHaveLength(10);
    expect(Math.max(...(await decode(info, run, 300)).map(Math.abs))).toBe(0);
  });

  it('takes the track that is meant', async () => {
    const tracks = ['-map', '0:a', '-map', '0:a', '-c:a', 'flac', '-filter:a:1', 'volume=0'];
    const path = await convertClip(await makeTone(), 'two.mka', tracks);
    const info = await prober.probe(path);
    expect(info.audios).toHaveLength(2);
    const chunk = { firstFrame: 100, endFrame: 120 };
    const loudness = async (ordinal: number) => {
      const rendition = { ...audioOf(info), ordinal };
      return Math.max(
        ...(await decode(info, await makeChunk(path, info, chunk, rendition), 100)).map(Math.abs),
      );
    };
    expect(await loudness(0)).toBeGreaterThan(0.1);
    expect(await loudness(1)).toBe(0);
  });

  const makeTone = () =>
    makeClip({ name: 'tone.wav', video: false, seconds: 4, audio: ['-c:a', 'pcm_s16le'] });

  async function makeClicks(name: string, rate: number, audio: string[]): Promise<string> {
    const click = `0.9*between(n,${CLICK_SECONDS * rate},${CLICK_SECONDS * rate + 3})`;
    const filter = `aresample=${rate},aeval='0.1*sin(440*2*PI*t)+${click}':c=same`.replaceAll(
      /(?<=\d),(?=\d)/g,
      '\\,',
    );
    return convertClip(await makeTone(), name, ['-af', filter, ...audio]);
  }

  async function makeChunk(
    path: string,
    info: MediaInfo,
    frames: { firstFrame: number; endFrame: number },
    rendition = audioOf(info),
  ): Promise<SampleRun> {
    const chunk = { source: { path, info }, rendition, ...frames };
    const { stdout } = await exec.run('ffmpeg', audioChunkArgs(chunk));
    const reader = createAdtsReader();
    const packets = reader.push(stdout);
    reader.end();
    return keepAudioFrames(packets, chunk);
  }

  /** Samples of the left channel. */
  async function decode(info: MediaInfo, run: SampleRun, firstFrame: number): Promise<Float32Array> {
    const { sampleRate, channels } = audioOf(info);
    const config = audioSpecificConfig({ sampleRate, channels });
    const init = initSegment({ kind: 'audio', sampleRate, channels, config });
    const input = Buffer.concat([init, ...mediaSegment(packAudio(run, firstFrame, 0), 1)]);
    const pcm = ['-f', 'f32le', '-af', 'pan=mono|c0=c0', 'pipe:1'];
    const { stdout } = await exec.run('ffmpeg', ['-v', 'error', '-i', 'pipe:0', ...pcm], { input });
    expect(stdout.length).toBe(run.samples.length * 1024 * 4);
    return new Float32Array(stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + stdout.length));
  }

  function loudest(pcm: Float32Array): number {
    let at = 0;
    for (let i = 0; i < pcm.length; i++) if (Math.abs(pcm[i]!) > Math.abs(pcm[at]!)) at = i;
    return at;
  }

  function signalToNoise(signal: Float32Array, other: Float32Array, from: number, to: number): number {
    let [power, noise] = [0, 0];
    for (let i = from; i < to; i++) {
      power += signal[i]! ** 2;
      noise += (signal[i]! - other[i]!) ** 2;
    }
    return 10 * Math.log10(power / noise);
  }
});
