/**
 * Writes Matroska files of shapes that ffmpeg does not write (block groups, lacing, compression, cues without
 * positions), from samples that come from elsewhere. Small files only: sizes are all 8 bytes wide.
 */

export interface TrackEntry {
  number: number;
  kind: 'video' | 'audio';
  codecId: string;
  codecPrivate: Buffer;
  width?: number;
  height?: number;
  sampleRate?: number;
  channels?: number;
  /** Bytes stripped from the head of every frame (content compression). */
  strippedHeader?: Buffer;
}

export interface WrittenBlock {
  track: number;
  ticks: number;
  isKey: boolean;
  frames: Buffer[];
  form: 'simple' | 'group';
  lacing?: 'xiph' | 'ebml' | 'fixed';
}

export interface MatroskaOptions {
  tracks: TrackEntry[];
  /** In file order; a new cluster begins at each key of the first track. */
  blocks: WrittenBlock[];
  /** How cues point at blocks. Default 'exact'. */
  cues?: 'exact' | 'cluster-only' | 'none';
  isClusterSizeUnknown?: boolean;
}

const LACING = { xiph: 1, fixed: 2, ebml: 3 };
const UNKNOWN_SIZE = Buffer.from('01ffffffffffffff', 'hex');

export function writeMatroska({ tracks, blocks, cues = 'exact', ...options }: MatroskaOptions): Buffer {
  const info = element('1549a966', element('2ad7b1', uint(1_000_000)));
  const entries = element('1654ae6b', ...tracks.map(writeTrack));
  const clusters: Buffer[] = [];
  const points: Buffer[] = [];
  let position = info.length + entries.length;
  for (const members of splitClusters(blocks, tracks[0]!.number)) {
    const start = members[0]!.ticks;
    const parts = [element('e7', uint(start))];
    for (const block of members) {
      if (block.isKey && block.track === tracks[0]!.number) {
        const relative = parts.reduce((sum, part) => sum + part.length, 0);
        const place = [element('f7', uint(block.track)), element('f1', uint(position))];
        if (cues === 'exact') place.push(element('f0', uint(relative)));
        points.push(element('bb', element('b3', uint(block.ticks)), element('b7', ...place)));
      }
      parts.push(writeBlock(block, start));
    }
    const cluster = element('1f43b675', ...parts);
    if (options.isClusterSizeUnknown) UNKNOWN_SIZE.copy(cluster, 4);
    clusters.push(cluster);
    position += cluster.length;
  }
  // Cues lie behind the clusters, where only a seek head finds them; its own size is known in advance.
  const seekTo = (offset: number) =>
    element(
      '114d9b74',
      element('4dbb', element('53ab', Buffer.from('1c53bb6b', 'hex')), element('53ac', uint(offset))),
    );
  const shift = seekTo(0).length;
  const shifted = points.map((point) => shiftClusters(point, shift));
  const body = [seekTo(position + shift), info, entries, ...clusters];
  if (cues !== 'none') body.push(element('1c53bb6b', ...shifted));
  const ebml = element('1a45dfa3', element('4282', Buffer.from('matroska')));
  return Buffer.concat([ebml, element('18538067', ...body)]);
}

function* splitClusters(blocks: WrittenBlock[], keyTrack: number): Generator<WrittenBlock[]> {
  let members: WrittenBlock[] = [];
  for (const block of blocks) {
    if (block.isKey && block.track === keyTrack && members.length) {
      yield members;
      members = [];
    }
    members.push(block);
  }
  if (members.length) yield members;
}

function writeTrack(track: TrackEntry): Buffer {
  const parts = [element('d7', uint(track.number)), element('73c5', uint(track.number))];
  parts.push(element('83', uint(track.kind === 'video' ? 1 : 2)), element('86', Buffer.from(track.codecId)));
  parts.push(element('63a2', track.codecPrivate));
  if (track.kind === 'video')
    parts.push(element('e0', element('b0', uint(track.width!)), element('ba', uint(track.height!))));
  else {
    const rate = Buffer.alloc(8);
    rate.writeDoubleBE(track.sampleRate!);
    parts.push(element('e1', element('b5', rate), element('9f', uint(track.channels!))));
  }
  if (track.strippedHeader) {
    const compression = element('5034', element('4254', uint(3)), element('4255', track.strippedHeader));
    parts.push(element('6d80', element('6240', compression)));
  }
  return element('ae', ...parts);
}

function writeBlock(
  { track, ticks, isKey, frames, form, lacing }: WrittenBlock,
  clusterTicks: number,
): Buffer {
  const head = Buffer.alloc(4);
  head[0] = 0x80 | track;
  head.writeInt16BE(ticks - clusterTicks, 1);
  head[3] = (form === 'simple' && isKey ? 0x80 : 0) | (lacing ? LACING[lacing] << 1 : 0);
  const sizes = lacing ? writeLacing(frames, lacing) : Buffer.alloc(0);
  const content = Buffer.concat([head, sizes, ...frames]);
  if (form === 'simple') return element('a3', content);
  const reference = isKey ? [] : [element('fb', Buffer.from([0xf0]))];
  return element('a0', element('a1', content), ...reference);
}

function writeLacing(frames: Buffer[], lacing: keyof typeof LACING): Buffer {
  const sizes = frames.slice(0, -1).map((frame) => frame.length);
  const count = Buffer.from([frames.length - 1]);
  if (lacing === 'fixed') return count;
  if (lacing === 'xiph') {
    return Buffer.concat([
      count,
      ...sizes.map((size) => Buffer.from([...Array<number>(Math.floor(size / 255)).fill(255), size % 255])),
    ]);
  }
  // Two bytes wide: the first size plain, the others as differences with a bias of 2^13 - 1.
  const vints = sizes.map((size, n) => 0x4000 | (n === 0 ? size : size - sizes[n - 1]! + 0x1fff));
  return Buffer.concat([count, ...vints.map((vint) => Buffer.from([vint >> 8, vint & 255]))]);
}

/** CueClusterPosition counts from the Segment's content, in front of which the seek head came to lie. */
function shiftClusters(point: Buffer, shift: number): Buffer {
  const at = point.indexOf(Buffer.from('f10100000000000008', 'hex')) + 9;
  point.writeBigUInt64BE(point.readBigUInt64BE(at) + BigInt(shift), at);
  return point;
}

function element(id: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE((1n << 56n) | BigInt(body.length));
  return Buffer.concat([Buffer.from(id, 'hex'), size, body]);
}

function uint(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}
