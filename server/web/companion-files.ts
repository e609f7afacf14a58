/**
 * What accompanies a stream in a player, as files: storyboard and its track, waveform, chapters, and the beginning for chats. Hot ones kept, each
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

export interface AskedFile {
  name: CompanionFile;
  /** That of a clip; else of the whole. */
  range?: ClipRange | undefined;
  /** Told before a clip's is asked of the engine; may refuse. */
  onMake?: () => void;
}

export interface CompanionFiles {
  /** Undefined where there is none. Errors: the engine's; 'aborted'; those of onMake. */
  load(source: RenderSource, asked: AskedFile, asker: AbortSignal): Promise<Content | undefined>;
}

const KEPT_BYTES = 32 * 1024 * 1024;
const SHEET = 'storyboard.jpg';
const WEBVTT = 'text/vtt; charset=utf-8';
const compress = promisify(gzip);

export function createCompanionFiles({ engine }: { engine: Pick<Engine, 'companion'> }): CompanionFiles {
  const loads = createSharedLoads<Content | undefined>();
  const kept = new LRUCache<string, Content>({
    maxSize: KEPT_BYTES,
    sizeCalculation: ({ body, gzip }) => body.length + (gzip?.body.length ?? 0) + 1,
  });

  async function make(source: RenderSource, { name, range, onMake }: AskedFile, signal: AbortSignal) {
    if (name === 'storyboard.vtt' || name === 'chapters.vtt') {
      return createText(trackOf(source, name, range), WEBVTT);
    }
    if (range) onMake?.();
    const made = await engine.companion(source, name, range, signal);
    if (name === 'waveform.json') return createText(made, 'application/json');
    return made && createContent(made, name === 'unfurl.mp4' ? 'video/mp4' : 'image/jpeg');
  }

  return {
    async load(source, asked, asker) {
      const { name, range } = asked;
      const key = `${source.generationId}/${range ? `${range.startMs}-${range.endMs}` : ''}/${name}`;
      const known = kept.get(key);
      if (known) return known;
      const content = await loads.load(key, (signal) => make(source, asked, signal), asker);
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
