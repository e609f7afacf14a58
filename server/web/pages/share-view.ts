/** From a share and its state to the flat object that its page prints. Pure. */
import type { Generation } from '../../library/model.js';
import { CLIP_INITS } from '../../media/clip-playlist.js';
import { layoutClip } from '../../media/clip/index.js';
import type { Rendition } from '../../media/plan.js';
import type { Share, Window } from '../../share/model.js';
import type { Links, MediaName } from '../links.js';
import { embedHtml, frameSize } from '../embed.js';
import { revisionOf } from '../revision.js';
import { shownInfo } from '../shown-info.js';
import { viewCard } from './card.js';
import { viewChapters } from './chapters-view.js';
import type { Choice, ShareState } from './share-state.js';
import { readStartSeconds } from './start-time.js';
import { calendarDay, clockTime, durationTime, fileSize } from './wording.js';

export interface ShareQuery {
  layout?: unknown;
  s?: unknown;
  t?: unknown;
  autoplay?: unknown;
  muted?: unknown;
  loop?: unknown;
}

export interface ShareViewInput {
  share: Share;
  state: ShareState;
  choice: Choice | undefined;
  query: ShareQuery;
  /** Addresses for the page itself, and for what leaves it. */
  onPage: Links;
  absolute: Links;
  assetsPath: string;
  /** Members read why something failed; visitors only that it did. */
  isMember: boolean;
  usesHlsJs: boolean;
}

export function viewShare(input: ShareViewInput) {
  const { share, state, query, onPage, absolute } = input;
  const { file, generation, window } = state;
  const durationSeconds = secondsOf(input);
  const startSeconds = readStartSeconds(query.s ?? query.t, durationSeconds);
  const video = generation && shownInfo(generation, window).video;
  const streamPath = generation && onPage.streamUrl(share, generation.id, window);
  const isPrivate = share.visibility === 'private';
  const card = viewCard({ share, file, generation, window, absolute });
  const besidePath = (name: MediaName) => generation && onPage.mediaUrl(share, generation.id, name, window);
  const chapters = generation ? viewChapters(generation.info, window, onPage.shareUrl(share)) : [];
  return {
    title: card.title,
    // Who sees the page of a private share is a member, and no network that shows cards.
    card: isPrivate || share.hasPassword ? undefined : card,
    description: share.description,
    facts: [
      durationSeconds ? durationTime(durationSeconds) : '',
      share.segment ? '' : fileSize(file.sizeBytes),
      isPrivate ? 'members only' : '',
      share.expiresAtMs === undefined ? '' : `until ${calendarDay(share.expiresAtMs)}`,
    ]
      .filter(Boolean)
      .join(' · '),
    assets: input.assetsPath,
    state: state.condition,
    ...wordsOf(state, input.isMember),
    isAudio: card.isAudio,
    width: video?.displayWidth,
    height: video?.displayHeight,
    shareUrl: absolute.shareUrl(share),
    statePath: onPage.to(`/share/${share.id}/state`),
    downloadPath: generation && !share.isStreamOnly ? onPage.to(`/share/${share.id}/download`) : undefined,
    streamPath,
    generationId: generation && revisionOf(share, generation.id),
    livesMs: onPage.streamLifeMs(share),
    posterPath: card.imageUrl ? besidePath('poster.jpg') : undefined,
    storyboardPath: video ? besidePath('storyboard.vtt') : undefined,
    waveformPath: video ? undefined : besidePath('waveform.json'),
    chaptersPath: chapters.length > 0 ? besidePath('chapters.vtt') : undefined,
    chapters,
    frameRate: video ? video.frameRate.num / video.frameRate.den : undefined,
    embedHtml:
      generation && !isPrivate
        ? embedHtml({ url: absolute.embedUrl(share), title: card.title, ...frameSize(video) })
        : undefined,
    startSeconds,
    startText: clockTime(startSeconds),
    isAutoplaying: isOn(query.autoplay),
    isMuted: isOn(query.muted),
    isLooping: isOn(query.loop),
    readyIds: input.choice?.readyRenditionIds.join(' ') ?? '',
    preloadModules: preloadModules(input),
    preloadMedia: generation && streamPath ? firstRequests(streamPath, generation, window) : [],
  };
}

/** Of what is shared; 0 where it is not known yet. */
function secondsOf({ share: { segment }, state: { file, generation, window } }: ShareViewInput): number {
  if (window) return (window.endMs - window.startMs) / 1000;
  if (segment) return segment.endSeconds - segment.startSeconds;
  return generation?.info.durationSeconds ?? file.durationSeconds ?? 0;
}

export const isMinimal = (query: ShareQuery): boolean => query.layout === 'minimal';

/** What the player asks for first, while the scripts are still on their way. */
export function firstRequests(
  streamPath: string,
  generation: Generation,
  window: Window | undefined,
): string[] {
  const { plan, info } = generation;
  const part = window && layoutClip(plan, info, window).renditions;
  const offered = part?.map(({ rendition }) => rendition) ?? plan.renditions;
  const video = offered.find((r) => r.kind === 'video');
  const audios = offered.filter((r) => r.kind === 'audio');
  const audio = audios.find((r) => r.isDefault) ?? audios[0];
  const folder = streamPath.slice(0, streamPath.lastIndexOf('/'));
  const initOf = ({ id }: Rendition) => {
    const track = part?.find((one) => one.id === id);
    return track && track.kind !== 'subtitles' ? CLIP_INITS[track.pieces[0]!.init] : 'init.mp4';
  };
  // The initialisation section of an encoded video is known by encoding, which may have to begin elsewhere.
  const inits = [video?.method === 'copy' ? video : undefined, audio];
  return [
    streamPath,
    ...[video, audio].flatMap((r) => (r ? [`${folder}/${r.id}/index.m3u8`] : [])),
    ...inits.flatMap((r) => (r ? [`${folder}/${r.id}/${initOf(r)}`] : [])),
  ];
}

/** What the page's own script imports later; `wait` needs it soon after. */
function preloadModules({ assetsPath, usesHlsJs, state }: ShareViewInput): string[] {
  return usesHlsJs && state.condition !== 'failed' ? [`${assetsPath}/hls.js`] : [];
}

function wordsOf({ condition, file, isOutside }: ShareState, isMember: boolean) {
  switch (condition) {
    case 'ready':
      return {};
    case 'preparing':
      return { stateHeading: 'Almost ready', stateSentence: 'This page starts by itself in a moment.' };
    case 'missing':
      return {
        stateHeading: 'Away at the moment',
        stateSentence: 'The original is not in its place. This page starts by itself when it is back.',
      };
    case 'failed':
      if (isOutside) {
        return {
          stateHeading: 'This cannot be played',
          stateSentence: 'The file was replaced, and what was shared is no longer part of it.',
        };
      }
      return {
        stateHeading: 'This cannot be played',
        stateSentence: isMember
          ? 'Visitors see that it cannot be played, but not why.'
          : 'Something is wrong with the file. Whoever shared it can see what.',
        ...(isMember ? { reason: file.error, reasonDetail: file.errorDetail } : {}),
      };
  }
}

function isOn(given: unknown): boolean {
  return typeof given === 'string' && !['0', 'false', 'no', 'off'].includes(given.toLowerCase());
}
