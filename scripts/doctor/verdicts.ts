/** What the doctor thinks of the facts. Pure: each verdict is one sentence and, where it is not good, what to do. */
import type { Settings } from '../../server/base/config.js';
import type { Facts, FolderFacts, ToolFacts } from './facts.js';

export interface Verdict {
  level: 'ok' | 'warn' | 'fail';
  topic: string;
  finding: string;
  /** What to do about it; always there unless the level is ok. */
  advice?: string;
}

const NODE_MINIMUM = '20.19';
const FFMPEG_MINIMUM = '5.1';
export const ENCODERS = ['libx264', 'aac', 'mjpeg', 'rawvideo', 'pcm_s16le', 'webvtt'];
export const FILTERS = [
  ...['scale', 'fps', 'setsar', 'setparams', 'settb', 'setpts', 'format', 'tpad', 'bwdif', 'thumbnail'],
  ...['select', 'metadata', 'split', 'trim', 'field', 'tile', 'transpose'],
  ...['aresample', 'aformat', 'apad', 'atrim', 'asetpts', 'anullsrc', 'concat'],
];
/** Needed for one kind of source only. */
export const HDR_FILTERS = ['zscale', 'tonemap'];
/** What other programs of the same user may hold at the same time. */
const SPARE_WATCHES = 1000;
const CLOCK_TOLERANCE_MS = 2000;
const EARLIEST_SANE_MS = Date.UTC(2025, 0, 1);
const GIB = 1024 ** 3;

export function judge(facts: Facts, settings: Settings): Verdict[] {
  return [
    judgeNode(facts.nodeVersion),
    judgeTool('ffmpeg', facts.ffmpeg),
    judgeTool('ffprobe', facts.ffprobe),
    ...(facts.ffmpeg.version === undefined
      ? []
      : [judgeEncoders(facts.encoders), judgeFilters(facts.filters)]),
    judgeTether(facts.canTether),
    judgeMedia(facts.media),
    judgeData(facts.data),
    judgeDevices(facts.sameFileSystem),
    judgeDatabase(facts.data, settings.databaseUrl),
    judgeWatching(facts),
    judgeClock(facts),
    judgeSpace(facts.freeBytes, settings),
    judgePort(facts, settings),
  ];
}

function judgeNode(version: string): Verdict {
  return isAtLeast(version, NODE_MINIMUM)
    ? ok('node', `Node.js ${version}`)
    : fail('node', `Node.js ${version} is too old.`, `Install Node.js ${NODE_MINIMUM} or newer.`);
}

function judgeTool(name: string, { version }: ToolFacts): Verdict {
  const install = `Install ffmpeg ${FFMPEG_MINIMUM} or newer; on Debian and Ubuntu: apt-get install ffmpeg.`;
  if (version === undefined) return fail(name, `${name} does not start.`, install);
  const number = /version n?(\d+\.\d+)/.exec(version)?.[1];
  if (number === undefined) {
    return warn(
      name,
      `${version} has no release number.`,
      `Make sure that it is not older than ${FFMPEG_MINIMUM}.`,
    );
  }
  return isAtLeast(number, FFMPEG_MINIMUM)
    ? ok(name, `${name} ${number}`)
    : fail(name, `${name} ${number} is too old.`, install);
}

function judgeEncoders(found: string[]): Verdict {
  const missing = ENCODERS.filter((name) => !found.includes(name));
  return missing.length === 0
    ? ok('encoders', ENCODERS.join(', '))
    : fail(
        'encoders',
        `ffmpeg has no encoder ${missing.join(', ')}.`,
        "Install your distribution's own ffmpeg; cut-down builds leave encoders out.",
      );
}

function judgeFilters(found: string[]): Verdict {
  const missing = FILTERS.filter((name) => !found.includes(name));
  if (missing.length > 0) {
    return fail(
      'filters',
      `ffmpeg has no filter ${missing.join(', ')}.`,
      "Install your distribution's own ffmpeg.",
    );
  }
  const missingHdr = HDR_FILTERS.filter((name) => !found.includes(name));
  return missingHdr.length === 0
    ? ok('filters', [...FILTERS, ...HDR_FILTERS].join(', '))
    : warn(
        'filters',
        `ffmpeg has no filter ${missingHdr.join(', ')}, so HDR video cannot be shown.`,
        'Install an ffmpeg that was built with libzimg, as that of Debian and Ubuntu is.',
      );
}

function judgeTether(canTether: boolean): Verdict {
  return canTether
    ? ok('setpriv', 'encoders end with the server, also when it is killed')
    : warn(
        'setpriv',
        'setpriv cannot tie encoders to the server: one that hangs would stay when the server is killed.',
        'Install util-linux 2.33 or newer; on Debian and Ubuntu: apt-get install util-linux.',
      );
}

function judgeMedia(folder: FolderFacts): Verdict {
  const name = `MEDIA_DIR ${folder.path}`;
  if (!folder.exists) {
    return folder.parentWritable
      ? ok('media', `${name} will be made at the start.`)
      : fail(
          'media',
          `${name} does not exist and cannot be made.`,
          'Make it, or set MEDIA_DIR to a folder that exists.',
        );
  }
  if (!folder.readable) {
    return fail(
      'media',
      `${name} cannot be read by this user.`,
      `Give this user access: chmod o+rx ${folder.path}`,
    );
  }
  return folder.kind?.isNetwork
    ? warn(
        'media',
        `${name} lies on ${folder.kind.name}, where changes made elsewhere raise no events.`,
        'New files are found by a rescan instead, every 30 s; RESCAN_SECONDS sets another pace.',
      )
    : ok('media', `${name} (${folder.kind?.name ?? 'unknown'})`);
}

function judgeData(folder: FolderFacts): Verdict {
  const name = `DATA_DIR ${folder.path}`;
  if (!folder.exists) {
    return folder.parentWritable
      ? ok('data', `${name} will be made at the start.`)
      : fail(
          'data',
          `${name} does not exist and cannot be made.`,
          'Make it, or set DATA_DIR to a folder that this user may write to.',
        );
  }
  return folder.readable && folder.writable
    ? ok('data', `${name} (${folder.kind?.name ?? 'unknown'})`)
    : fail(
        'data',
        `${name} cannot be written by this user.`,
        `Give it to this user: chown -R "$(id -u):$(id -g)" ${folder.path}`,
      );
}

function judgeDevices(same: boolean | undefined): Verdict {
  if (same === undefined) return ok('devices', 'Told once both folders exist.');
  return same
    ? ok('devices', 'MEDIA_DIR and DATA_DIR share one file system, and its free space.')
    : ok('devices', 'MEDIA_DIR and DATA_DIR are on file systems of their own.');
}

function judgeDatabase(data: FolderFacts, databaseUrl: string | undefined): Verdict {
  if (databaseUrl !== undefined) return ok('database', 'DATABASE_URL names its place.');
  return data.kind?.isNetwork
    ? warn(
        'database',
        `The database would lie on ${data.kind.name}; SQLite can lose data where locks are not reliable.`,
        'Keep DATA_DIR on a local disk, or point DATABASE_URL at a file on one: sqlite:/path/to/lanternshare.db',
      )
    : ok('database', `SQLite on ${data.kind?.name ?? 'a local disk'}`);
}

function judgeWatching({ mediaFolders, inotify }: Facts): Verdict {
  const { maxWatches, maxInstances } = inotify;
  if (maxWatches === undefined) {
    return warn(
      'watching',
      'This system has no inotify.',
      'New files are found by rescans instead; RESCAN_SECONDS sets their pace.',
    );
  }
  const wanted = mediaFolders + SPARE_WATCHES;
  if (maxWatches < wanted) {
    return warn(
      'watching',
      `${mediaFolders} folders need as many inotify watches, and this system allows ${maxWatches}.`,
      `Run: echo fs.inotify.max_user_watches=${roundUp(wanted * 2)} | sudo tee /etc/sysctl.d/60-lanternshare.conf && sudo sysctl --system`,
    );
  }
  if (maxInstances !== undefined && maxInstances < 16) {
    return warn(
      'watching',
      `This system allows only ${maxInstances} inotify instances for each user.`,
      'Run: echo fs.inotify.max_user_instances=128 | sudo tee /etc/sysctl.d/60-lanternshare.conf && sudo sysctl --system',
    );
  }
  return ok('watching', `${mediaFolders} folders, ${maxWatches} inotify watches allowed`);
}

function judgeClock({ clockSkewMs, nowMs }: Facts): Verdict {
  const advice =
    'Set the clock and keep it right, e.g. timedatectl set-ntp true. Links end at wrong times otherwise.';
  if (nowMs < EARLIEST_SANE_MS) {
    return fail('clock', `The clock says ${new Date(nowMs).toISOString()}.`, advice);
  }
  if (clockSkewMs !== undefined && Math.abs(clockSkewMs) > CLOCK_TOLERANCE_MS) {
    return warn(
      'clock',
      `The file server's clock differs by ${Math.round(clockSkewMs / 1000)} s from this machine's.`,
      advice,
    );
  }
  return ok('clock', new Date(nowMs).toISOString());
}

function judgeSpace(bytes: number | undefined, { minFreeBytes, dataDir }: Settings): Verdict {
  if (bytes === undefined)
    return warn('space', 'Free space could not be read.', `Look at it: df -h ${dataDir}`);
  const free = `${(bytes / GIB).toFixed(1)} GiB are free for DATA_DIR`;
  const advice = 'Free some space, move DATA_DIR to a larger disk, or lower MIN_FREE_MB.';
  if (bytes < minFreeBytes)
    return fail(
      'space',
      `${free}; below ${(minFreeBytes / GIB).toFixed(1)} GiB nothing is rendered.`,
      advice,
    );
  return bytes < minFreeBytes + 2 * GIB
    ? warn('space', `${free}; rendering soon has to stop.`, advice)
    : ok('space', free);
}

function judgePort({ portFault, answersAlready }: Facts, { host, port }: Settings): Verdict {
  if (answersAlready)
    return ok('port', `Something healthy answers on port ${port}: Lanternshare runs already.`);
  return portFault === undefined
    ? ok('port', `${host}:${port} is free.`)
    : fail(
        'port',
        `${host}:${port} cannot be taken: ${portFault}.`,
        'Stop what uses it, or set PORT to another number.',
      );
}

function isAtLeast(version: string, minimum: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = minimum.split('.').map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

const roundUp = (n: number): number => 2 ** Math.ceil(Math.log2(Math.max(n, 524_288)));
const ok = (topic: string, finding: string): Verdict => ({ level: 'ok', topic, finding });
const warn = (topic: string, finding: string, advice: string): Verdict => ({
  level: 'warn',
  topic,
  finding,
  advice,
});
const fail = (topic: string, finding: string, advice: string): Verdict => ({
  level: 'fail',
  topic,
  finding,
  advice,
});
