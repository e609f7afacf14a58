/**
 * Everything under a token, answered before Express sees it: the grammar of the address, the method, then
 * the one who delivers. Knows no session and no cookie.
 */
import type { RequestListener } from 'node:http';
import type { LibraryReader } from '../library/model.js';
import type { Engine } from '../render/model.js';
import type { Audience } from '../sign/model.js';
import { createCompanionFiles } from './companion-files.js';
import { CORS } from './deliver.js';
import type { Deliveries } from './deliveries.js';
import { createDownload } from './download.js';
import { answerText, NOT_FOUND, type Refuse } from './errors.js';
import type { Guard } from './guard.js';
import { createHls } from './hls/index.js';
import { createMedia } from './media.js';
import type { Posters } from './posters.js';
import type { RenderBudget } from './render-budget.js';
import { parseStreamPath, type Answer } from './stream-path.js';

/** Never depends on anything, so it is good for a day. */
const PREFLIGHT = [
  ...CORS,
  ...['Access-Control-Allow-Methods', 'GET, HEAD, OPTIONS'],
  ...['Access-Control-Allow-Headers', 'Range, If-Range, If-None-Match, If-Modified-Since, Cache-Control'],
  ...['Access-Control-Max-Age', '86400'],
  ...['Allow', 'GET, HEAD, OPTIONS'],
];

export function createStreams({
  guard,
  engine,
  posters,
  library,
  budget,
  deliveries,
  refuse,
}: {
  guard: Pick<Guard, 'open'>;
  engine: Pick<Engine, 'init' | 'segment' | 'captions' | 'measured' | 'clips' | 'companion'>;
  posters: Posters;
  library: Pick<LibraryReader, 'locate'>;
  budget: RenderBudget;
  deliveries: Deliveries;
  refuse: Refuse;
}): RequestListener {
  /** What has just vanished is refused in the very words of what never was. */
  const refuseAlike: Refuse = (error, asked) => {
    const refusal = refuse(error, asked);
    return refusal.kind === 'not-found' ? NOT_FOUND : refusal;
  };
  const answers: Record<Audience, Answer> = {
    hls: createHls({ guard, engine, budget, deliveries, refuse: refuseAlike }),
    media: createMedia({
      guard,
      posters,
      companions: createCompanionFiles({ engine }),
      budget,
      refuse: refuseAlike,
    }),
    download: createDownload({ guard, library, engine, budget, deliveries, refuse: refuseAlike }),
  };

  return (req, res) => {
    if (req.method === 'GET' || req.method === 'HEAD') {
      const path = parseStreamPath(req.url!);
      if (path) answers[path.audience](req, res, path);
      else answerText(res, NOT_FOUND);
    } else if (req.method === 'OPTIONS') {
      res.writeHead(204, PREFLIGHT);
      res.end();
    } else {
      res.setHeader('Allow', 'GET, HEAD, OPTIONS');
      answerText(res, { status: 405, message: 'Only GET and HEAD are answered here.' });
    }
  };
}
