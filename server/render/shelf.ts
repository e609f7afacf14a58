/**
 * What is kept of one encoded rendition: which segments exist, their initialisation section, and the proof that
 * the whole is what the plan says. Knows nothing of how it is made.
 */
import { bandwidthOf } from '../media/bandwidth.js';
import type { ChunkWriter, RenditionKey, SegmentStore } from '../../storage/segments/index.js';
import { createCoverage, type Coverage } from './coverage.js';
import type { Layout } from './layout.js';
import type { Bandwidth } from './model.js';
import { readSegmentTimes } from './segment-times.js';
import { refuseAborted } from './shared-work.js';

/** Written once the rendition is complete and was found right. */
export interface Proof extends Bandwidth {
  sizeBytes: number;
}

export interface Shelf {
  readonly coverage: Coverage;
  /** Looks at what is there; once, before anything else. */
  load(): Promise<void>;
  init(): Buffer | undefined;
  /** Kept for good. False when it differs from the one that is kept. */
  setInit(init: Buffer): Promise<boolean>;
  /** Undefined when it is not (or no longer) there. */
  read(n: number): Promise<Buffer | undefined>;
  write(first: number): Promise<ChunkWriter>;
  proof(): Proof | undefined;
  /** Reads back all that was made. The numbers of wrong segments; none when it is proved from now on. */
  prove(signal: AbortSignal): Promise<number[]>;
  /** Removes the chunks that hold these segments. */
  discard(numbers: Iterable<number>): Promise<void>;
  /** Removes all, so that it can be begun anew. */
  clear(): Promise<void>;
}

export function createShelf(deps: { store: SegmentStore; key: RenditionKey; layout: Layout }): Shelf {
  const { store, key, layout } = deps;
  const coverage = createCoverage(layout.timeline);
  let init = layout.init;
  let proof: Proof | undefined;

  async function sync() {
    const ranges = await store.ranges(key);
    coverage.remove({ first: 0, last: coverage.total - 1 });
    for (const [first, last] of ranges) {
      for (let n = first; n <= last; n++) coverage.add(n);
    }
    if (!coverage.isComplete()) proof = undefined;
  }

  async function discard(numbers: Iterable<number>) {
    for (const n of numbers) await store.discard(key, n);
    await sync();
  }

  const all = () => Array.from({ length: coverage.total }, (_, n) => n);

  return {
    coverage,
    init: () => init,
    proof: () => proof,
    discard,
    write: (first) => store.write(key, first),

    async load() {
      init ??= await store.readBlob(key.generationId, initName(key));
      await sync();
      // Segments without the parameters that they were made with cannot be decoded.
      if (!init && coverage.count() > 0) await discard(all());
      if (coverage.isComplete()) proof = await readProof(store, key);
    },

    async setInit(bytes) {
      if (init) return init.equals(bytes);
      // Set first: another encoder of the same rendition may come up with its own at the same time.
      init = bytes;
      try {
        await store.writeBlob(key.generationId, initName(key), bytes);
      } catch (error) {
        init = undefined;
        throw error;
      }
      return true;
    },

    async read(n) {
      const bytes = await store.read(key, n);
      if (!bytes) await sync();
      return bytes;
    },

    async prove(signal) {
      const wrong: number[] = [];
      const sizes: { sizeBytes: number; seconds: number }[] = [];
      for (const n of all()) {
        refuseAborted(signal);
        const bytes = await store.read(key, n);
        if (!bytes || !isAsPromised(bytes, layout, n)) wrong.push(n);
        const seconds = layout.timeline.secondsOf({ first: n, last: n });
        sizes.push({ sizeBytes: bytes?.length ?? 0, seconds });
      }
      if (wrong.length === 0) {
        proof = { ...bandwidthOf(sizes), sizeBytes: sizes.reduce((sum, s) => sum + s.sizeBytes, 0) };
        await store.writeBlob(key.generationId, proofName(key), Buffer.from(JSON.stringify(proof)));
      }
      return wrong;
    },

    async clear() {
      await discard(all());
      init = layout.init;
    },
  };
}

/** Errors: none; what cannot be read is no proof. */
export async function readProof(store: SegmentStore, key: RenditionKey): Promise<Proof | undefined> {
  const text = await store.readBlob(key.generationId, proofName(key));
  try {
    return text && (JSON.parse(text.toString('utf8')) as Proof);
  } catch {
    return undefined;
  }
}

function isAsPromised(segment: Buffer, layout: Layout, n: number): boolean {
  const [is, should] = [readSegmentTimes(segment), layout.promise(n)];
  return (
    is?.baseDecodeTime === should.baseDecodeTime &&
    is.sampleCount === should.sampleCount &&
    is.durationTicks === should.durationTicks
  );
}

const initName = ({ recipe, renditionId }: RenditionKey) => `${recipe}/${renditionId}/init.mp4`;
const proofName = ({ recipe, renditionId }: RenditionKey) => `${recipe}/${renditionId}/proof.json`;
