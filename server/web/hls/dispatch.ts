/**
 * hls-server as what it is good at: it asks whether a thing exists, tells playlists from segments and hands
 * over. It never sees the real server, the real request or a URL of ours, since its own handling of those
 * can be crashed from outside and leaks descriptors: it is attached to a private emitter, is handed constant
 * URLs, and what it "pipes" answers by itself.
 */
import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';

/** One question and its answers; exactly one of the answers is called. */
export interface Ask {
  kind: 'playlist' | 'media';
  exists(): Promise<boolean>;
  deliver(): void;
  refuse(status: number): void;
}

export type Dispatch = (ask: Ask) => void;

interface InnerRequest {
  url: string;
  headers: Record<string, string>;
  ask: Ask;
}
type Callback<T> = (error: unknown, value?: T) => void;

/** The package has no types; this is all of it that we use. */
interface HlsServer {
  new (
    port: EventEmitter,
    options: { path: string; dir: string; debugPlayer: boolean; provider: object },
  ): unknown;
}

const URL_OF = { playlist: '/x.m3u8', media: '/x.ts' };

export function createDispatch(): Dispatch {
  const HlsServer = createRequire(import.meta.url)('hls-server') as HlsServer;
  const port = new EventEmitter();
  port.on('request', () => {}); // what it wraps as "next", and never reaches
  new HlsServer(port, {
    path: '/',
    dir: '',
    debugPlayer: false,
    provider: { exists, getManifestStream: handOver, getSegmentStream: handOver },
  });
  const handle = port.listeners('request')[0] as (req: InnerRequest, res: object) => void;
  return (ask) => handle({ url: URL_OF[ask.kind], headers: {}, ask }, createInnerResponse(ask));
}

function exists({ ask }: InnerRequest, done: Callback<boolean>): void {
  ask.exists().then(
    (found) => done(null, found),
    (error: unknown) => done(error),
  );
}

function handOver({ ask }: InnerRequest, done: Callback<{ pipe(): void }>): void {
  done(null, { pipe: () => ask.deliver() });
}

/** All that it does with a response besides piping: set a status and end, when there is nothing or on a fault. */
function createInnerResponse(ask: Ask): object {
  const response = { statusCode: 200, setHeader() {}, end: () => ask.refuse(response.statusCode) };
  return response;
}
