/** Indexes Matroska and WebM by their Cues: the tracks that MediaInfo names. */
import type { MediaInfo } from '../../info.js';
import type { SourceIndex } from '../../source-index.js';
import type { SourceFile } from '../source-file.js';
import { createAudio } from './audio.js';
import { refuseTorn } from './cut-off.js';
import { findEnds } from './ends.js';
import { readSegment, type Segment } from './segment.js';
import type { MatroskaTrack } from './tracks.js';
import { createVideo } from './video.js';

/** Errors: AppError 'unsupported-media' where the file is torn off in the middle of its media. */
export async function openMatroska(
  source: SourceFile,
  coming: Promise<MediaInfo>,
): Promise<SourceIndex | undefined> {
  const segment = await readSegment(source);
  if (!segment) return undefined;
  const info = await coming;
  await refuseTorn(source, segment, info);
  const ends = await findEnds(source, segment);
  if (!ends) return undefined;

  const videoTrack = findVideoTrack(segment, info);
  const video = videoTrack && (await createVideo(source, segment, videoTrack, ends, info.startSeconds));
  const soundTracks = segment.tracks.filter((track) => track.kind === 'audio');
  const audios = [];
  for (const stream of info.audios) {
    const track = soundTracks[stream.ordinal];
    const audio = track && (await createAudio(source, segment, track, ends, stream, info.startSeconds));
    if (audio) audios.push(audio);
  }
  if (!video && audios.length === 0) return undefined;
  const cueBytes = segment.cues.length * 64;
  return {
    container: 'matroska',
    ...(video ? { video } : {}),
    audios,
    heapBytes: [video, ...audios].reduce((sum, part) => sum + (part?.heapBytes ?? 0), cueBytes),
    close: () => source.close(),
  };
}

/** ffmpeg numbers streams in the order of the track entries of the kinds it knows. */
function findVideoTrack(segment: Segment, info: MediaInfo): MatroskaTrack | undefined {
  if (info.video?.codec !== 'h264') return undefined;
  const track = segment.tracks.filter(({ kind }) => kind !== 'other')[info.video.index];
  const isIt =
    track?.kind === 'video' && track.width === info.video.width && track.height === info.video.height;
  return isIt ? track : undefined;
}
