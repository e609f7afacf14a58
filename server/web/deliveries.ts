/**
 * Tells the counter of plays what was delivered: to players of others, whom no page of ours speaks for, and where
 * views are limited to everybody. Refuses to know what makes a play.
 */
import type { IncomingMessage } from 'node:http';
import type { Rendition } from '../media/plan.js';
import type { Plays, Share } from '../share/model.js';
import type { Opened } from './guard.js';
import type { Wanted } from './stream-path.js';
import type { ReadVisitor } from './visitor.js';

export interface Deliveries {
  /** A part of a stream is about to be sent. */
  stream(opened: Opened, wanted: Wanted, req: IncomingMessage): void;
  /** The whole is about to be sent, or some of it. */
  download(opened: Opened, req: IncomingMessage): void;
}

export function createDeliveries({
  plays,
  readVisitor,
}: {
  plays: Pick<Plays, 'delivered'>;
  readVisitor: ReadVisitor;
}): Deliveries {
  return {
    stream(opened, wanted, req) {
      const { share } = opened;
      if (!share || wanted.kind !== 'segment' || req.method !== 'GET') return;
      if (share.maxViews === undefined && isOnOurPage(req)) return;
      const rendition = opened.generation.plan.renditions.find(({ id }) => id === wanted.renditionId);
      const ofSeconds = secondsOf(opened);
      const seconds = rendition ? segmentSeconds(opened, rendition) : 0;
      plays.delivered(share, readVisitor(req), { seconds, ofSeconds });
    },
    download(opened, req) {
      const { share } = opened;
      // A copy to keep is no play; but it is one of few views.
      if (!isLimited(share) || req.method !== 'GET') return;
      const ofSeconds = secondsOf(opened);
      plays.delivered(share, readVisitor(req), { seconds: ofSeconds, ofSeconds });
    },
  };
}

const isLimited = (share: Share | undefined): share is Share => share?.maxViews !== undefined;

/**
 * A browser names the page's origin when it asks for another site's media; without one it is on a page of ours, which
 * tells by itself what was played. So it is with Apple's player, which the browser leaves HLS to.
 */
function isOnOurPage({ headers }: IncomingMessage): boolean {
  const agent = headers['user-agent'] ?? '';
  return (
    agent.startsWith('AppleCoreMedia/') || (agent.startsWith('Mozilla/') && headers.origin === undefined)
  );
}

function secondsOf({ window, generation }: Opened): number {
  return window ? (window.endMs - window.startMs) / 1000 : generation.info.durationSeconds;
}

/** On the average. Sound and picture that come apart are one play together, and none of them is one at once. */
function segmentSeconds({ generation: { info, plan } }: Opened, rendition: Rendition): number {
  const count =
    rendition.kind === 'video'
      ? (plan.videoGrid?.frames.length ?? 1) - 1
      : rendition.kind === 'audio'
        ? rendition.frames.length - 1
        : 0;
  const kinds = new Set(plan.renditions.map(({ kind }) => kind).filter((kind) => kind !== 'subtitles'));
  return count > 0 ? info.durationSeconds / count / kinds.size : 0;
}
