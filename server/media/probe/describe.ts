/**
 * Makes MediaInfo of ffprobe's words: which streams are played, which are left out and why. Refuses what has
 * nothing to play. Pure: no file is touched.
 */
import type { AudioStream, MediaInfo, SubtitleStream, VideoStream } from '../info.js';
import { describeAudio, describeChapters, describeSubtitles, isTextSubtitle } from './describe-tracks.js';
import { describeVideo, isStill } from './describe-video.js';
import { finite, positive, streamEnd, tagOf } from './fields.js';
import type { RawProbe, RawStream } from './ffprobe.js';
import { nameLanguage, toBcp47 } from './language.js';
import { refuse } from './refuse.js';

/** Sample entries of protected tracks: FairPlay, Audible, Common Encryption where ffprobe keeps the name. */
const PROTECTED_TAGS = new Set(['drms', 'drmi', 'p608', 'aavd', 'encv', 'enca']);
/** Time stamps further out than this are damage; a grid over them would have no end. */
const MAX_DURATION_SECONDS = 14 * 86_400;
const MAX_SIDE_PIXELS = 16_384;
const MAX_TRACKS = 64;

export interface ProbeFacts {
  raw: RawProbe;
  sizeBytes: number;
  decodable: ReadonlySet<string>;
  /** From reading all packets, where the container does not tell. */
  measuredSeconds?: number | undefined;
}

export function describe({ raw, sizeBytes, decodable, measuredSeconds }: ProbeFacts): MediaInfo {
  if (raw.isEncrypted || raw.streams.some((s) => PROTECTED_TAGS.has(s.codec_tag_string ?? ''))) {
    throw refuse('The file is copy-protected (DRM) and cannot be played.');
  }
  const startSeconds = finite(raw.format.start_time, 0);
  const { video, audios, subtitles, cover, leftOut } = chooseStreams(raw.streams, startSeconds, decodable);
  if (!video && audios.length === 0) {
    const why = leftOut[0] ?? 'The file holds neither video nor audio.';
    throw refuse(why, leftOut.length > 1 ? { detail: leftOut.join('\n') } : {});
  }
  const durationSeconds = durationOf(raw, startSeconds, measuredSeconds, video);
  if (video?.durationSeconds) video.durationSeconds = Math.min(video.durationSeconds, durationSeconds);
  // Ogg keeps the tags of the whole file in its first stream.
  const tags = { ...(raw.format.format_name === 'ogg' ? raw.streams[0]?.tags : {}), ...raw.format.tags };
  const title = tagOf(tags, 'title');
  const artist = tagOf(tags, 'artist') ?? tagOf(tags, 'album_artist');
  return {
    format: raw.format.format_name ?? '',
    mediaType: video ? 'video' : 'audio',
    durationSeconds,
    startSeconds,
    sizeBytes,
    bitrateBps: Math.round((sizeBytes * 8) / durationSeconds),
    ...(video ? { video } : {}),
    audios,
    subtitles,
    ...(cover ? { cover: { index: cover.index } } : {}),
    chapters: describeChapters(raw.chapters, startSeconds, durationSeconds),
    ...(title ? { title } : {}),
    ...(artist ? { artist } : {}),
    leftOut,
  };
}

function chooseStreams(streams: RawStream[], startSeconds: number, decodable: ReadonlySet<string>) {
  let video: VideoStream | undefined;
  let cover: RawStream | undefined;
  const audios: AudioStream[] = [];
  const subtitles: SubtitleStream[] = [];
  const leftOut: string[] = [];
  const seen = { audio: 0, subtitle: 0 };
  for (const stream of streams) {
    const canDecode = decodable.has(stream.codec_name ?? '');
    if (stream.codec_type === 'video') {
      if (isStill(stream)) cover ??= canDecode ? stream : undefined;
      else if (!canDecode) leftOut.push(`The video cannot be decoded here (${codecOf(stream)}).`);
      else if (!hasSaneSize(stream)) leftOut.push(`The video has no usable size (${codecOf(stream)}).`);
      else if (video) leftOut.push(`A second video (${codecOf(stream)}) is left out.`);
      else video = describeVideo(stream, startSeconds);
    } else if (stream.codec_type === 'audio') {
      const ordinal = seen.audio++;
      if (!canDecode) leftOut.push(`${labelOf('Audio track', ordinal, stream)} cannot be decoded here.`);
      else if (!positive(stream.sample_rate) || !positive(stream.channels)) {
        leftOut.push(`${labelOf('Audio track', ordinal, stream)} is damaged.`);
      } else if (audios.length < MAX_TRACKS) audios.push(describeAudio(stream, ordinal));
    } else if (stream.codec_type === 'subtitle') {
      const ordinal = seen.subtitle++;
      if (canDecode && isTextSubtitle(stream) && subtitles.length < MAX_TRACKS) {
        subtitles.push(describeSubtitles(stream, ordinal));
      } else
        leftOut.push(`${labelOf('Subtitles', ordinal, stream)} are pictures, not text, and are left out.`);
    }
  }
  return { video, cover, audios, subtitles, leftOut };
}

/** The container's word first, then its streams', then what reading all packets gave. */
function durationOf(
  raw: RawProbe,
  startSeconds: number,
  measuredSeconds: number | undefined,
  video: VideoStream | undefined,
): number {
  const ends = raw.streams.map((stream) => streamEnd(stream, startSeconds) ?? 0);
  const oneFrame = video ? video.frameRate.den / video.frameRate.num : undefined;
  const duration =
    measuredSeconds ?? positive(raw.format.duration) ?? positive(Math.max(0, ...ends)) ?? oneFrame;
  if (!duration) throw refuse('The file holds no sound or picture: its length is zero.');
  if (duration > MAX_DURATION_SECONDS)
    throw refuse('The file is damaged: its time stamps span more than two weeks.');
  return duration;
}

/** True where only reading all packets tells how long the file is. */
export function needsMeasuring(raw: RawProbe): boolean {
  const isKnown = positive(raw.format.duration) ?? raw.streams.find((stream) => streamEnd(stream, 0));
  return raw.isDurationGuessed || !isKnown;
}

const hasSaneSize = ({ width, height, pix_fmt }: RawStream): boolean =>
  [width, height].every((side) => positive(side) && side! <= MAX_SIDE_PIXELS) && Boolean(pix_fmt);

/** ffmpeg's name of the codec, or the container's where ffmpeg has none. */
const codecOf = (stream: RawStream): string => {
  const name =
    stream.codec_name && stream.codec_name !== 'unknown' ? stream.codec_name : stream.codec_tag_string;
  return name && /^[\w .-]+$/.test(name) ? name : 'unknown codec';
};

/** `Audio track 2 (apac, French)`. */
function labelOf(kind: string, ordinal: number, stream: RawStream): string {
  const language = toBcp47(tagOf(stream.tags, 'language'));
  const facts = [codecOf(stream), language && nameLanguage(language)].filter(Boolean);
  return `${kind} ${ordinal + 1} (${facts.join(', ')})`;
}
