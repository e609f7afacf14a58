/**
 * The one decision about tokens: what a token opens at this moment, or nothing. Everything that is served
 * under a token goes through `open`; why a token was refused is told to nobody.
 */
import { LRUCache } from 'lru-cache';
import type { Generation, LibraryReader, MediaFile } from '../library/model.js';
import type { RenderSource } from '../render/model.js';
import type { Share, Shares } from '../share/model.js';
import type { Audience, Claims, Signer } from '../sign/model.js';

export interface Opened {
  /** Absent for the signed-in preview of a file. */
  share?: Share;
  file: MediaFile;
  generation: Generation;
  source: RenderSource;
}

export interface Guard {
  open(token: string, audience: Audience): Promise<Opened | undefined>;
  close(): void;
}

type Content = Pick<Opened, 'file' | 'generation' | 'source'>;
type Contents = Map<string, Promise<Content | undefined>>;

const FILES_KEPT = 2000;

export function createGuard({
  signer,
  shares,
  library,
}: {
  signer: Pick<Signer, 'verify'>;
  shares: Pick<Shares, 'get'>;
  library: Pick<LibraryReader, 'get' | 'generation' | 'locate' | 'onChange'>;
}): Guard {
  /** By file, then by generation; a change of the file's record drops it, also while it is being read. */
  const contentsOfFile = new LRUCache<string, Contents>({ max: FILES_KEPT });
  const stopListening = library.onChange((fileId) => contentsOfFile.delete(fileId));

  async function open(token: string, audience: Audience): Promise<Opened | undefined> {
    const claims = signer.verify(token, audience);
    // A token for a clip opens nothing as long as clips cannot be cut here.
    if (!claims || claims.clip) return undefined;
    if (claims.subject === 'file') return contentOf(claims.subjectId, claims.generationId);
    const share = await shares.get(claims.subjectId);
    if (!share || !isAlive(share, claims)) return undefined;
    const content = await contentOf(share.fileId, claims.generationId);
    return content && { share, ...content };
  }

  function contentOf(fileId: string, generationId: string): Promise<Content | undefined> {
    let contents = contentsOfFile.get(fileId);
    if (!contents) contentsOfFile.set(fileId, (contents = new Map()));
    let content = contents.get(generationId);
    if (!content) {
      content = readContent(fileId, generationId);
      const kept = contents;
      kept.set(generationId, content);
      // What does not exist now may exist soon, and what failed to be read is asked for again.
      const forget = () => kept.delete(generationId);
      content.then((found) => found ?? forget(), forget);
    }
    return content;
  }

  async function readContent(fileId: string, generationId: string): Promise<Content | undefined> {
    const [file, generation] = await Promise.all([library.get(fileId), library.generation(generationId)]);
    if (!file || generation?.fileId !== fileId) return undefined;
    return { file, generation, source: sourceOf(generation, library) };
  }

  return { open, close: stopListening };
}

/** What the engine needs to know of a generation. */
export function sourceOf(generation: Generation, library: Pick<LibraryReader, 'locate'>): RenderSource {
  const { id, info, plan } = generation;
  return { generationId: id, info, plan, locate: () => library.locate(id) };
}

function isAlive(share: Share, claims: Claims): boolean {
  return share.epoch === claims.epoch;
}
