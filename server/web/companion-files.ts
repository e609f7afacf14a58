/**
 * What accompanies a stream in a player, as files: storyboard and its track, waveform, chapters. Hot ones kept, each
 * asked of the engine once at a time. Who may see one, and of which range, is decided before.
 */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import { chaptersTrack } from '../media/chapters.js';
import { layoutStoryboard, storyboardTrack } from '../media/storyboard/index.js';
import type { ClipRange } from '../media/clip/index.js';
import type { Engine, RenderSource } from '../render/model.js';
import { createContent, type Content } from './deliver.js';
import { createSharedLoads } from './shared-loads.js';
import type { CompanionFile } from './stream-path.js';

export interface CompanionFiles {
  /** Undefined where there is none. Errors: the engine's; 'aborted'. */
  load(
    source: RenderSource,
    name: CompanionFile,
    range: ClipRange | undefined,
    asker: AbortSignal,
  ): Promise<Content | undefined>;
}

const KEPT_BYTES = 16 * 1024 * 1024;
const SHEET = 'storyboard.jpg';
const WEBVTT = 'text/vtt; charset=utf-8';
const compress = promisify(gzip);

export function createCompanionFiles({ engine }: { engine: Pick<Engine, 'companion'> }): CompanionFiles {
  const loads = createSharedLoads<Content | undefined>();
  const kept = new LRUCache<string, Content>({
    maxSize: KEPT_BYTES,
    sizeCalculation: ({ body, gzip }) => body.length + (gzip?.body.length ?? 0) + 1,
  });

  async function make(
    source: RenderSource,
    name: CompanionFile,
    range: ClipRange | undefined,
    signal: AbortSignal,
  ) {
    if (name === 'storyboard.jpg') {
      const sheet = await engine.companion(source, name, range, signal);
      return sheet && createContent(sheet, 'image/jpeg');
    }
    if (name === 'waveform.json') {
      return createText(await engine.companion(source, name, range, signal), 'application/json');
    }
    return createText(trackOf(source, name, range), WEBVTT);
  }

  return {
    async load(source, name, range, asker) {
      const key = `${source.generationId}/${range ? `${range.startMs}-${range.endMs}` : ''}/${name}`;
      const known = kept.get(key);
      if (known) return known;
      const content = await loads.load(key, (signal) => make(source, name, range, signal), asker);
      if (content) kept.set(key, content);
      return content;
    },
  };
}

function trackOf({ info }: RenderSource, name: 'storyboard.vtt' | 'chapters.vtt', range?: ClipRange) {
  if (name === 'chapters.vtt') return chaptersTrack(info, range);
  const layout = layoutStoryboard(info, range);
  return layout && storyboardTrack(layout, SHEET);
}

async function createText(text: Buffer | string | undefined, type: string): Promise<Content | undefined> {
  if (text === undefined) return undefined;
  const body = Buffer.from(text);
  return createContent(body, type, await compress(body));
}
