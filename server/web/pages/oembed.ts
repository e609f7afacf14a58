/**
 * `/oembed`: what another site needs to show a share by its address (oembed.com, 1.0). Answers for what everybody
 * may play; of all else it tells nothing, not even whether there is something.
 */
import { Router, type Response } from 'express';
import { z } from 'zod';
import { isId } from '../../base/ids.js';
import type { LibraryReader } from '../../library/model.js';
import { embedHtml, fitFrame, type FrameSize } from '../embed.js';
import { isForEverybody } from '../../share/model.js';
import type { Guard } from '../guard.js';
import type { Links, LinksOf } from '../links.js';
import { viewCard, type Card } from './card.js';
import { readShareState } from './share-state.js';

export interface OembedParts {
  guard: Pick<Guard, 'visit'>;
  library: Pick<LibraryReader, 'generation' | 'locate'>;
  links: LinksOf;
}

type Fields = Record<string, string | number>;

const CACHE_SECONDS = 3600;
/** As HTML writes it: digits, nothing else. */
const Pixels = z
  .string()
  .regex(/^[1-9]\d{0,4}$/)
  .transform(Number)
  .optional();
const Query = z.object({
  url: z.string().max(2048),
  format: z.string().optional(),
  maxwidth: Pixels,
  maxheight: Pixels,
});

export function createOembed({ guard, library, links }: OembedParts): Router {
  const router = Router();

  router.get('/oembed', async (req, res) => {
    const asked = Query.safeParse(req.query);
    if (!asked.success) return refuse(res, 400, 'url is needed; maxwidth and maxheight are whole numbers.');
    const { url, format = 'json', maxwidth, maxheight } = asked.data;
    if (format !== 'json' && format !== 'xml') return refuse(res, 501, 'The formats are json and xml.');
    const absolute = links(req);
    const id = shareIdOf(url, absolute);
    if (!id) return refuse(res, 404, 'This is not the address of a share here.');
    // As a stranger, whoever asks: the answer is for others to see.
    const found = await guard.visit(id, { isMember: false });
    if (found.sight !== 'all' || !isForEverybody(found.share))
      return refuse(res, 401, 'This is not shared with everybody.');
    const { share, file } = found;
    const { generation, window } = await readShareState(share, file, library);
    if (!generation) return refuse(res, 404, 'This cannot be played at the moment.');
    const card = viewCard({ share, file, generation, window, absolute });
    const most = { ...(maxwidth ? { width: maxwidth } : {}), ...(maxheight ? { height: maxheight } : {}) };
    const fields = describe(card, { most, embedUrl: absolute.embedUrl(share), base: absolute.base });
    res.set({ 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' });
    res.set('Cache-Control', `public, max-age=${CACHE_SECONDS}, s-maxage=60`);
    if (format === 'xml') res.type('text/xml').send(toXml(fields));
    else res.json(fields);
  });

  return router;
}

/** Only of this place, under the name by which it was asked. */
function shareIdOf(url: string, absolute: Pick<Links, 'to'>): string | undefined {
  const start = absolute.to('/share/');
  if (!url.startsWith(start)) return undefined;
  const [id = '', more] = url.slice(start.length).split(/[?#]/, 1)[0]!.split('/');
  return more === undefined && isId(id) ? id : undefined;
}

function describe(
  card: Card,
  { most, embedUrl, base }: { most: Partial<FrameSize>; embedUrl: string; base: string },
): Fields {
  const size = fitFrame(card.frame, most);
  const { image } = card;
  // The specification wants all three of a picture, within the bounds that were asked for.
  const fits = image && image.width <= (most.width ?? Infinity) && image.height <= (most.height ?? Infinity);
  return {
    version: '1.0',
    type: card.isAudio ? 'rich' : 'video',
    title: card.title,
    provider_name: 'Lanternshare',
    provider_url: `${base}/`,
    cache_age: CACHE_SECONDS,
    ...size,
    html: embedHtml({ url: embedUrl, title: card.title, ...size, isFixed: true }),
    ...(fits && card.imageUrl
      ? { thumbnail_url: card.imageUrl, thumbnail_width: image.width, thumbnail_height: image.height }
      : {}),
  };
}

function refuse(res: Response, status: number, error: string): void {
  res.status(status).set('Cache-Control', 'no-store').json({ error });
}

function toXml(fields: Fields): string {
  const lines = Object.entries(fields).map(
    ([name, value]) => `  <${name}>${escape(String(value))}</${name}>`,
  );
  return `<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<oembed>\n${lines.join('\n')}\n</oembed>\n`;
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Without what XML 1.0 cannot hold. */
function escape(text: string): string {
  return text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '').replace(/[&<>"]/g, (c) => ESCAPES[c]!);
}
