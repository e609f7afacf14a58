/** Indexes MP4 and MOV: sample tables or fragments of the tracks that MediaInfo names. */
import type { MediaInfo } from '../../info.js';
import type { SourceIndex } from '../../source-index.js';
import type { SourceFile } from '../source-file.js';
import { createAudio } from './audio.js';
import { refuseMissingSamples } from './cut-off.js';
import { readFragments } from './fragments.js';
import { readMovie, type Movie, type Track } from './movie.js';
import { readTrackSamples, type TrackSamples } from './track-samples.js';
import { createVideo } from './video.js';

interface Indexed {
  track: Track;
  samples: TrackSamples;
}

/** Errors: AppError 'unsupported-media' where the tables prove that the file is cut off. */
export async function openMp4(
  source: SourceFile,
  coming: Promise<MediaInfo>,
): Promise<SourceIndex | undefined> {
  const movie = await readMovie(source);
  const indexed = movie && (await readSamples(source, movie));
  if (!indexed) return undefined;
  const info = await coming;
  refuseMissingSamples([...indexed.values()], source.sizeBytes, info);

  const videoTrack = findVideoTrack(movie, info);
  const video = await createVideoOf(indexed.get(videoTrack!));
  const soundTracks = movie.tracks.filter((track) => track.handler === 'soun');
  const audios = info.audios.flatMap((stream) => {
    const found = indexed.get(soundTracks[stream.ordinal]!);
    return (found && createAudio(source, found.track, found.samples, stream, info.startSeconds)) ?? [];
  });
  if (!video && audios.length === 0) return undefined;
  return {
    container: 'mp4',
    ...(video ? { video } : {}),
    audios,
    heapBytes: [video, ...audios].reduce((sum, part) => sum + (part?.heapBytes ?? 0), 0),
    close: () => source.close(),
  };

  function createVideoOf(found: Indexed | undefined) {
    return found && createVideo(source, found.track, found.samples, info.startSeconds);
  }
}

/** Samples of every track of pictures or sound that has usable tables. */
async function readSamples(source: SourceFile, movie: Movie): Promise<Map<Track, Indexed>> {
  const tracks = movie.tracks.filter(
    (t) => (t.handler === 'vide' || t.handler === 'soun') && t.timescale > 0,
  );
  const indexed = new Map<Track, Indexed>();
  const fragments = movie.fragmentDefaults
    ? await readFragments(source, movie, movie.fragmentDefaults)
    : undefined;
  for (const track of tracks) {
    const samples = fragments ? fragments.get(track.id) : readTrackSamples(track.stbl, source.sizeBytes);
    if (samples) indexed.set(track, { track, samples });
    await new Promise(setImmediate); // tables of hours take a few milliseconds each
  }
  return indexed;
}

/** ffmpeg numbers streams by track; cover art that lies in front of the tracks shifts them by one. */
function findVideoTrack(movie: Movie, info: MediaInfo): Track | undefined {
  if (info.video?.codec !== 'h264') return undefined;
  const shift = info.cover && info.cover.index < info.video.index ? 1 : 0;
  const track = movie.tracks[info.video.index] ?? movie.tracks[info.video.index - shift];
  return track?.handler === 'vide' ? track : movie.tracks[info.video.index - shift];
}
