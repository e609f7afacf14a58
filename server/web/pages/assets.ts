/**
 * Style sheets and scripts from memory, compressed once, under an address that changes with their content:
 * browsers keep them for good and never ask again. Scripts are read as scripts/bundle.mjs made them, with what
 * it compressed at leisure.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { RequestHandler } from 'express';

export interface Assets {
  /** `/assets/<hash>`; all files share one hash, so that modules can import each other by relative names. */
  path: string;
  /** For `/assets/:hash/:name`. */
  serve: RequestHandler<{ hash: string; name: string }>;
}

interface Asset {
  type: string;
  plain: Buffer;
  br: Promise<Buffer>;
  gzip: Promise<Buffer>;
}

const TYPES: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};
/** Of 623 KB of hls.js: quality 9 gives 161 KB in 50 ms, 11 gives 149 KB in 800 ms: that is for the build. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };

export function createAssets({ styles, scripts }: { styles: string; scripts: string }): Assets {
  const files = readFiles(styles, scripts);
  const hash = createHash('sha256');
  for (const [name, content] of files) hash.update(`${name}\0${content.length}\0`).update(content);
  const version = hash.digest('base64url').slice(0, 16);
  const assets = new Map([...files].map(([name, content]) => [name, prepare(name, content, scripts)]));

  return {
    path: `/assets/${version}`,
    async serve(req, res, next) {
      const asset = req.params.hash === version ? assets.get(req.params.name) : undefined;
      if (!asset) return next();
      // Browsers name gzip first, without preferring it.
      const encoding = req.acceptsEncodings('br') || req.acceptsEncodings('gzip');
      res.set({
        'Content-Type': asset.type,
        'Cache-Control': 'public, max-age=31536000, immutable',
        'X-Content-Type-Options': 'nosniff',
        Vary: 'Accept-Encoding',
      });
      if (encoding === 'br' || encoding === 'gzip') res.set('Content-Encoding', encoding);
      res.end(encoding === 'br' || encoding === 'gzip' ? await asset[encoding] : asset.plain);
    },
  };
}

/** All style sheets become one `site.css`, in the order of their names: one request on every page. */
function readFiles(styles: string, scripts: string): Map<string, Buffer> {
  if (!existsSync(scripts)) throw new Error('The scripts of the pages are not made yet: npm run build');
  const files = new Map<string, Buffer>();
  const sheets = readdirSync(styles).filter((name) => name.endsWith('.css'));
  files.set('site.css', Buffer.concat(sheets.sort().map((name) => readFileSync(join(styles, name)))));
  for (const name of readdirSync(scripts).sort()) {
    if (name.endsWith('.js')) files.set(name, readFileSync(join(scripts, name)));
  }
  return files;
}

function prepare(name: string, plain: Buffer, scripts: string): Asset {
  const ready = join(scripts, `${name}.br`);
  return {
    type: TYPES[extname(name)]!,
    plain,
    br: existsSync(ready) ? Promise.resolve(readFileSync(ready)) : promisify(brotliCompress)(plain, BROTLI),
    gzip: promisify(gzip)(plain, { level: 9 }),
  };
}
