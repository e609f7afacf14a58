/**
 * Playlists of a clip (draft-pantos-hls-rfc8216bis), from its layout alone. Every URI is the clip's own: nothing in
 * them tells which part of the parent it is. Pure.
 */
import { AppError } from '../base/errors.js';
import type { ClipAudio, ClipInit, ClipLayout, ClipPiece, ClipVideo } from './clip/model.js';
import type { Plan } from './plan.js';
import {
  bandwidthOf,
  multivariantPlaylist,
  singlePiecePlaylist,
  vodHead,
  type Measured,
} from './playlist.js';

/** The initialisation sections that a clip may have, and their addresses. */
export const CLIP_INITS: Readonly<Record<ClipInit, string>> = {
  parent: 'init.mp4',
  head: 'head.mp4',
  tail: 'tail.mp4',
};

/**
 * Of what there is in the clip. No part of a stream takes more at its peak than the whole, but what the whole takes
 * exactly is not the clip's to tell.
 */
export function clipMultivariantPlaylist(plan: Plan, layout: ClipLayout, measured: Measured = {}): string {
  const renditions = layout.renditions.map(({ rendition }) => rendition);
  const atMost = Object.fromEntries(
    renditions.flatMap((one) => {
      if (one.kind === 'subtitles') return [];
      return [[one.id, { bandwidthBps: roundUp(bandwidthOf(one, measured).bandwidthBps) }]];
    }),
  );
  return multivariantPlaylist({ ...plan, renditions, durationSeconds: layout.durationSeconds }, atMost);
}

/** To one digit. */
function roundUp(bps: number): number {
  const unit = 10 ** Math.floor(Math.log10(Math.max(1, bps)));
  return Math.ceil(bps / unit) * unit;
}

/** Errors: AppError 'not-found' for an id that is not in the clip. */
export function clipPlaylist(layout: ClipLayout, renditionId: string): string {
  const track = layout.renditions.find(({ id }) => id === renditionId);
  if (!track) throw new AppError('not-found', 'There is no such rendition.');
  if (track.kind === 'subtitles') return singlePiecePlaylist(layout.durationSeconds, '0.vtt');
  const lines = [
    ...vodHead(targetDuration(layout)),
    '#EXT-X-INDEPENDENT-SEGMENTS',
    ...track.pieces.flatMap((piece, k) => [
      ...joint(piece, track.pieces[k - 1]),
      `#EXTINF:${secondsOf(track, piece).toFixed(6)},`,
      `${k}.m4s`,
    ]),
    '#EXT-X-ENDLIST',
  ];
  return `${lines.join('\n')}\n`;
}

/** A map holds until the next one, also across discontinuities (4.4.4.5). */
function joint(piece: ClipPiece, before: ClipPiece | undefined): string[] {
  return [
    ...(before && piece.isAfterDiscontinuity ? ['#EXT-X-DISCONTINUITY'] : []),
    ...(before?.init === piece.init ? [] : [`#EXT-X-MAP:URI="${CLIP_INITS[piece.init]}"`]),
  ];
}

function secondsOf({ timescale }: ClipVideo | ClipAudio, { fromTick, toTick }: ClipPiece): number {
  return (toTick - fromTick) / timescale;
}

/** One for all of them: playlists of one stream must agree in it (6.2.4). */
function targetDuration({ renditions }: ClipLayout): number {
  const all = renditions.flatMap((track) =>
    track.kind === 'subtitles' ? [] : track.pieces.map((piece) => secondsOf(track, piece)),
  );
  return all.reduce((longest, seconds) => Math.max(longest, Math.round(seconds)), 1);
}
