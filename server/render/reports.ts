/** What is known of renditions from the shelves alone, without waking anything: sizes and bandwidths. */
import type { RenditionKey, SegmentStore } from '../../storage/segments/index.js';
import { countSegments, isEncoded } from './layout.js';
import type { Bandwidth, RenditionReport, RenderSource } from './model.js';
import { readProof } from './shelf.js';

export interface Reports {
  measured(source: RenderSource): Promise<Record<string, Bandwidth>>;
  report(source: RenderSource): Promise<RenditionReport[]>;
}

export function createReports({ store }: { store: SegmentStore }): Reports {
  const keyOf = ({ generationId, plan }: RenderSource, renditionId: string): RenditionKey => ({
    ...{ generationId, recipe: plan.recipe, renditionId },
  });

  async function bytesOf(key: RenditionKey, isComplete: boolean): Promise<number> {
    const proof = isComplete ? await readProof(store, key) : undefined;
    if (proof) return proof.sizeBytes;
    return [...(await store.sizes(key)).values()].reduce((sum, size) => sum + size, 0);
  }

  return {
    async measured(source) {
      const found = source.plan.renditions.filter(isEncoded).map(async ({ id }) => {
        const proof = await readProof(store, keyOf(source, id));
        if (!proof) return [];
        const { bandwidthBps, averageBandwidthBps } = proof;
        return [[id, { bandwidthBps, averageBandwidthBps }] as const];
      });
      return Object.fromEntries((await Promise.all(found)).flat());
    },
    async report(source) {
      const reports: RenditionReport[] = [];
      for (const rendition of source.plan.renditions) {
        if (rendition.kind === 'subtitles') continue;
        const { id, method } = rendition;
        const segmentsTotal = countSegments(rendition, source.plan);
        if (method === 'copy') {
          reports.push({ id, method, segmentsReady: segmentsTotal, segmentsTotal, sizeBytes: 0 });
          continue;
        }
        const key = keyOf(source, id);
        const ranges = await store.ranges(key);
        const segmentsReady = ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
        const sizeBytes = await bytesOf(key, segmentsReady === segmentsTotal);
        reports.push({ id, method, segmentsReady, segmentsTotal, sizeBytes });
      }
      return reports;
    },
  };
}
