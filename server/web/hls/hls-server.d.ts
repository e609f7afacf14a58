/** The package has no types; this is all of it that we use. */
declare module 'hls-server' {
  import type { EventEmitter } from 'node:events';

  export default class HlsServer {
    constructor(
      server: EventEmitter,
      options: { path: string; dir: string; debugPlayer: boolean; provider: object },
    );
  }
}
