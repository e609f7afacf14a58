/**
 * The one place that decides who sees what at this moment: `open` for what is under a token, `visit` for the
 * address of a share. Why something was refused is told to nobody. Keeps nothing itself: the signer, the
 * shares and the library remember what they are asked often, and forget it when it changes.
 */
import type { IncomingMessage } from 'node:http';
import type { Generation, LibraryReader, MediaFile } from '../library/model.js';
import type { RenderSource } from '../render/model.js';
import { opensPart } from '../share/index.js';
import { isForEverybody, type Ending, type Share, type Shares, type Window } from '../share/model.js';
import type { Audience, Claims, Signer } from '../sign/model.js';
import type { ReadVisitor } from './visitor.js';

export interface Opened {
  /** undefined for the signed-in preview of a file. */
  share: Share | undefined;
  file: MediaFile;
  generation: Generation;
  source: RenderSource;
  /** Shared with everybody. What is not must stay out of shared caches. */
  isPublic: boolean;
  /** Nothing but this part of the content is open. */
  window?: Window;
  /** Nothing but the picture of this moment is open. */
  momentMs?: number;
}

/**
 * all      everything behind the link
 * preview  title, description and poster of a private share that its owner lets chats and networks show
 * locked   that there is something, for those who know its password
 * ended    that there was something; why is for members
 * nothing  not even whether there is something
 */
export type Visit =
  | { sight: 'all' | 'preview'; share: Share; file: MediaFile }
  | { sight: 'locked'; of: { share: Share; file: MediaFile } }
  | { sight: 'ended'; ending: Ending; of: { share: Share; file: MediaFile } }
  | { sight: 'nothing' };

export interface Asking {
  isMember: boolean;
  /** The seal of who knew the password. */
  pass?: string | undefined;
  /** Where views are limited, whom the last one was counted for may go on. */
  req?: IncomingMessage;
}

export interface Guard {
  open(token: string, audience: Audience, req?: IncomingMessage): Promise<Opened | undefined>;
  visit(shareId: string, asking: Asking): Promise<Visit>;
}

/** What the seal of a share's password says; a new password, or a new link, is another one. */
export const passParts = ({ id, epoch }: Pick<Share, 'id' | 'epoch'>): string[] => [id, String(epoch)];

export function createGuard({
  signer,
  shares,
  library,
  readVisitor,
}: {
  signer: Pick<Signer, 'verify' | 'unseal'>;
  shares: Pick<Shares, 'get' | 'getForStranger' | 'endingOf'>;
  library: Pick<LibraryReader, 'get' | 'generation' | 'locate'>;
  readVisitor: ReadVisitor;
}): Guard {
  function endingOf(share: Share, req: IncomingMessage | undefined): Ending | undefined {
    return shares.endingOf(share, req && share.maxViews !== undefined ? readVisitor(req) : undefined);
  }

  function hasPass(share: Share, pass: string | undefined): boolean {
    const parts = pass === undefined ? undefined : signer.unseal('pass', pass);
    return parts !== undefined && parts.join('.') === passParts(share).join('.');
  }

  return {
    async open(token, audience, req) {
      const claims = signer.verify(token, audience);
      if (!claims) return undefined;
      const share = claims.subject === 'share' ? await shares.get(claims.subjectId) : undefined;
      const fileId = claims.subject === 'share' ? fileOf(share, claims) : claims.subjectId;
      if (fileId === undefined) return undefined;
      if (share && (endingOf(share, req) || (share.isStreamOnly && audience === 'download')))
        return undefined;
      const isPublic = share !== undefined && isForEverybody(share);
      // Nothing that is not public is ever handed out for good; a token that says so is not believed.
      if (!isPublic && claims.expiresAt === 0) return undefined;
      // One after the other: both are at hand as a rule, and this is asked for every segment.
      const file = await library.get(fileId);
      const generation = await library.generation(claims.generationId);
      if (!file || generation?.fileId !== fileId) return undefined;
      const part = openedBy(claims, share, generation);
      if (!part) return undefined;
      return {
        share,
        file,
        generation,
        source: sourceOf(generation, library),
        isPublic,
        ...part,
      };
    },

    async visit(shareId, { isMember, pass, req }) {
      const share = isMember ? await shares.get(shareId) : await shares.getForStranger(shareId);
      const file = share && (await library.get(share.fileId));
      if (!share || !file) return { sight: 'nothing' };
      const isShown = isMember || share.visibility === 'public';
      const ending = endingOf(share, req);
      if (ending) return isShown ? { sight: 'ended', ending, of: { share, file } } : { sight: 'nothing' };
      if (!isShown) return { sight: 'preview', share, file };
      if (!isMember && share.hasPassword && !hasPass(share, pass)) {
        return { sight: 'locked', of: { share, file } };
      }
      return { sight: 'all', share, file };
    },
  };
}

/** What the engine needs to know of a generation. */
export function sourceOf(generation: Generation, library: Pick<LibraryReader, 'locate'>): RenderSource {
  const { id, info, plan } = generation;
  return { generationId: id, info, plan, locate: () => library.locate(id) };
}

/** The file of a share that is alive; a token of an earlier epoch is as dead as one of a removed share. */
function fileOf(share: Share | undefined, { epoch }: Claims): string | undefined {
  return share?.epoch === epoch ? share.fileId : undefined;
}

/**
 * What of the content a genuine token opens; undefined: nothing. A share's bounds are a window, which is never
 * wider than the share is now; those of a file are a moment, of which there is a picture, or a clip to save, and no
 * stream.
 */
function openedBy(
  { clip, audience }: Claims,
  share: Share | undefined,
  { info }: Generation,
): Pick<Opened, 'window' | 'momentMs'> | undefined {
  if (!share) {
    if (!clip) return {};
    if (audience === 'media') return { momentMs: clip.startMs };
    return audience === 'download' && opensPart({}, info.durationSeconds, clip)
      ? { window: clip }
      : undefined;
  }
  if (!opensPart(share, info.durationSeconds, clip)) return undefined;
  return clip ? { window: clip } : {};
}
