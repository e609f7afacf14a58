/**
 * The one decision about tokens: what a token opens at this moment, or nothing. Everything that is served
 * under a token goes through `open`; why a token was refused is told to nobody. Keeps nothing itself: the
 * signer, the shares and the library remember what they are asked often, and forget it when it changes.
 */
import type { Generation, LibraryReader, MediaFile } from '../library/model.js';
import type { RenderSource } from '../render/model.js';
import type { Share, Shares } from '../share/model.js';
import type { Audience, Claims, Signer } from '../sign/model.js';

export interface Opened {
  /** undefined for the signed-in preview of a file. */
  share: Share | undefined;
  file: MediaFile;
  generation: Generation;
  source: RenderSource;
}

export interface Guard {
  open(token: string, audience: Audience): Promise<Opened | undefined>;
}

export function createGuard({
  signer,
  shares,
  library,
}: {
  signer: Pick<Signer, 'verify'>;
  shares: Pick<Shares, 'get'>;
  library: Pick<LibraryReader, 'get' | 'generation' | 'locate'>;
}): Guard {
  return {
    async open(token, audience) {
      const claims = signer.verify(token, audience);
      // A token for a clip opens nothing as long as clips cannot be cut here.
      if (!claims || claims.clip) return undefined;
      const share = claims.subject === 'share' ? await shares.get(claims.subjectId) : undefined;
      const fileId = claims.subject === 'share' ? fileOf(share, claims) : claims.subjectId;
      if (fileId === undefined) return undefined;
      // One after the other: both are at hand as a rule, and this is asked for every segment.
      const file = await library.get(fileId);
      const generation = await library.generation(claims.generationId);
      if (!file || generation?.fileId !== fileId) return undefined;
      return { share, file, generation, source: sourceOf(generation, library) };
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
