/** A player without a screen: walks a stream's playlists as a client does, and decodes it with ffmpeg. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Variant {
  uri: string;
  attributes: Record<string, string>;
}

export interface Multivariant {
  text: string;
  variants: Variant[];
  media: Record<string, string>[];
}

/** The multivariant playlist, parsed; URIs are absolute. */
export async function readMultivariant(url: string): Promise<Multivariant> {
  const text = await fetchText(url);
  const lines = text.split('\n');
  const variants: Variant[] = [];
  const media: Record<string, string>[] = [];
  lines.forEach((line, i) => {
    if (line.startsWith('#EXT-X-STREAM-INF:')) {
      const attributes = parseAttributes(line.slice('#EXT-X-STREAM-INF:'.length));
      variants.push({ uri: new URL(lines[i + 1]!, url).href, attributes });
    } else if (line.startsWith('#EXT-X-MEDIA:')) {
      const attributes = parseAttributes(line.slice('#EXT-X-MEDIA:'.length));
      media.push({ ...attributes, URI: new URL(attributes['URI'] ?? '', url).href });
    }
  });
  return { text, variants, media };
}

/** A media playlist: absolute URLs of the initialisation section and the segments, and what it promises. */
export async function readMediaPlaylist(url: string) {
  const text = await fetchText(url);
  const lines = text.split('\n').map((line) => line.trim());
  const durations = lines.filter((l) => l.startsWith('#EXTINF:')).map((l) => parseFloat(l.slice(8)));
  const segments = lines.filter((l) => l && !l.startsWith('#')).map((uri) => new URL(uri, url).href);
  const map = /#EXT-X-MAP:URI="([^"]+)"/.exec(text)?.[1];
  return {
    text,
    durations,
    segments,
    init: map ? new URL(map, url).href : undefined,
    targetDuration: Number(/#EXT-X-TARGETDURATION:(\d+)/.exec(text)?.[1]),
    seconds: durations.reduce((a, b) => a + b, 0),
    isComplete: lines.includes('#EXT-X-ENDLIST'),
  };
}

export async function fetchBytes(url: string, headers: Record<string, string> = {}): Promise<Buffer> {
  const response = await fetch(url, { headers });
  if (!response.ok) throw new Error(`${response.status} for ${url}: ${await response.text()}`);
  return Buffer.from(await response.arrayBuffer());
}

export async function fetchText(url: string): Promise<string> {
  return (await fetchBytes(url)).toString('utf8');
}

/** Decodes everything at `url` (a playlist or a file) to its end; what ffmpeg complained of is `errors`. */
export async function decode(url: string, args: readonly string[] = []) {
  const { stderr, stdout } = await run(
    'ffmpeg',
    ['-v', 'error', '-nostdin', '-i', url, ...args, '-f', 'null', '-progress', 'pipe:1', '-'],
    { maxBuffer: 1 << 26 },
  );
  const last = (key: string) =>
    Number(
      stdout
        .match(new RegExp(`^${key}=(.*)$`, 'gm'))
        ?.at(-1)
        ?.split('=')[1],
    );
  return { errors: stderr.trim(), frames: last('frame'), seconds: last('out_time_us') / 1e6 };
}

function parseAttributes(text: string): Record<string, string> {
  const pairs = text.matchAll(/([A-Z0-9-]+)=("[^"]*"|[^,]*)/g);
  return Object.fromEntries([...pairs].map(([, name, value]) => [name!, value!.replace(/^"|"$/g, '')]));
}
