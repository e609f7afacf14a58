/** Levels of H.264 (ITU-T H.264 table A-1), so that CODECS can be told before anything is encoded. Pure. */

interface Level {
  /** level_idc. */
  idc: number;
  macroblocksPerSecond: number;
  frameMacroblocks: number;
  dpbMacroblocks: number;
  /** MaxBR in units of 1000 bit/s for Baseline and Main; High may have 1.25 times as much (table A-2). */
  kilobits: number;
}

const LEVELS: readonly Level[] = (
  [
    [10, 1485, 99, 396, 64],
    [11, 3000, 396, 900, 192],
    [12, 6000, 396, 2376, 384],
    [13, 11880, 396, 2376, 768],
    [20, 11880, 396, 2376, 2000],
    [21, 19800, 792, 4752, 4000],
    [22, 20250, 1620, 8100, 4000],
    [30, 40500, 1620, 8100, 10000],
    [31, 108000, 3600, 18000, 14000],
    [32, 216000, 5120, 20480, 20000],
    [40, 245760, 8192, 32768, 20000],
    [41, 245760, 8192, 32768, 50000],
    [42, 522240, 8704, 34816, 50000],
    [50, 589824, 22080, 110400, 135000],
    [51, 983040, 36864, 184320, 240000],
    [52, 2073600, 36864, 184320, 240000],
    [60, 4177920, 139264, 696320, 240000],
    [61, 8355840, 139264, 696320, 480000],
    [62, 16711680, 139264, 696320, 800000],
  ] as const
).map(([idc, macroblocksPerSecond, frameMacroblocks, dpbMacroblocks, kilobits]) => ({
  ...{ idc, macroblocksPerSecond, frameMacroblocks, dpbMacroblocks, kilobits },
}));

const HIGH_FACTOR = 1.25;
const HIGH_PROFILE = 0x64;
/** Pictures that x264 keeps with its pyramid of B-frames. */
const KEPT_PICTURES = 4;

/** The lowest level of High profile that holds such a stream, and its RFC 6381 name. */
export function levelFor(
  width: number,
  height: number,
  frameRate: number,
  maxrateBps: number,
): { level: number; codecs: string } {
  const [columns, rows] = [Math.ceil(width / 16), Math.ceil(height / 16)];
  const macroblocks = columns * rows;
  const level =
    LEVELS.find(
      (l) =>
        macroblocks <= l.frameMacroblocks &&
        macroblocks * frameRate <= l.macroblocksPerSecond &&
        macroblocks * KEPT_PICTURES <= l.dpbMacroblocks &&
        // A.3.1: neither side may be longer than the square root of eight times the area.
        Math.max(columns, rows) <= Math.sqrt(8 * l.frameMacroblocks) &&
        maxrateBps <= l.kilobits * 1000 * HIGH_FACTOR,
    ) ?? LEVELS.at(-1)!;
  return { level: level.idc, codecs: avcCodecs(HIGH_PROFILE, 0, level.idc) };
}

/** `avc1.PPCCLL` (RFC 6381 3.3): profile, constraint flags, level in hex. */
export function avcCodecs(profile: number, constraints: number, level: number): string {
  return `avc1.${[profile, constraints, level].map((n) => n.toString(16).padStart(2, '0').toUpperCase()).join('')}`;
}
