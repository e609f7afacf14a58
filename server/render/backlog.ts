/**
 * What the background still has to do for one generation, in which order, and how far it is. Looks and counts;
 * doing it is fill.ts's.
 */
import type { Companions } from './companions.js';
import type { Extras } from './extras.js';
import type { Generation } from './generation.js';
import type { CompanionName, Progress } from './model.js';
import { costPerSecond, createPace, fractionOf, type Pace } from './progress.js';
import type { Span } from './timeline.js';
import type { Track } from './track.js';

export interface Backlog {
  readonly generation: Generation;
  /** The source itself can be watched. */
  readonly isCopied: boolean;
  /** In the order of asking. */
  readonly order: number;
  readonly pace: Pace;
  /** Why nothing can be done for it at present; set by its owner. */
  trouble: string | undefined;
  isPosterAtWork: boolean;
  /** Nothing is done for it yet; set by its owner. */
  isResting: boolean;
  /** Looks at what exists. */
  survey(beside: Pick<Extras, 'isPosterSettled'> & Pick<Companions, 'missing'>): Promise<void>;
  isSurveyed(): boolean;
  settlePoster(): void;
  /** It is being made. */
  takeCompanion(name: CompanionName): void;
  /** It is not being made any more. */
  dropCompanion(name: CompanionName): void;
  /** Not to be tried again before the next start, whatever came of it. */
  settleCompanion(name: CompanionName): void;
  /** A file is complete without its companions, but not done with. */
  hasCompanionsLeft(): boolean;
  next(): Step | undefined;
  remainingCost(): number;
  /** `blocked`: one sentence on why nothing is done at present. */
  progress(now: {
    blocked: string | undefined;
    secondsLeft(remainingCost: number, isBegun: boolean): number | undefined;
  }): Progress;
}

/** Lower stages go first, whatever file they belong to. */
export type Step = { stage: number } & (
  | { kind: 'poster' }
  | { kind: 'companion'; name: CompanionName }
  /** The same of several renditions is made of one decoding. */
  | { kind: 'fill'; tracks: Track[]; span: Span; isUrgent?: boolean }
  | { kind: 'prove'; track: Track }
);

/** A first chunk of everything comes early: with it any file starts at once. */
const Stage = { first: 0, second: 1, companions: 2, audio: 3, video: 4, late: 100 };
/** CPU seconds, as in progress.ts. */
const POSTER_COST = 0.5;
/** Of a second of media: more than this, and one worker is slower than playback. */
const REAL_TIME_COST = 1;

/** `isNew`: somebody may be about to look at it. */
export function createBacklog(generation: Generation, order: number, isNew = false): Backlog {
  const { info, plan } = generation.source;
  const isCopied = plan.renditions.some((one) => one.kind === 'video' && one.method === 'copy');
  let tracks: Track[] = [];
  /** Of a second of each track; asked for often. */
  const costs = new Map<Track, number>();
  let needsPoster = true;
  const missing = new Set<CompanionName>();
  const atWork = new Set<CompanionName>();
  let isSurveyed = false;

  const secondsOf = ({ timeline }: Track) => timeline.startOf(timeline.total) - timeline.startOf(0);
  const costOf = (track: Track, seconds: number) => seconds * costs.get(track)!;

  function remainingCost(): number {
    let cost = needsPoster ? POSTER_COST : 0;
    for (const track of tracks) {
      const isWhole = track.coverage.isComplete();
      cost += isWhole ? 0 : costOf(track, secondsOf(track) - track.coverage.seconds());
    }
    return cost;
  }

  function next(): Step | undefined {
    const early = isCopied
      ? (posterStep(Stage.first) ?? openingStep(Stage.second))
      : openingStep(Stage.first);
    if (early) return early;
    // Without a copy to be watched meanwhile, all there is goes into the beginning.
    if (!isCopied && openingTracks().some(isBeginning)) return undefined;
    const poster = posterStep(Stage.second);
    if (poster) return poster;
    const [name] = missing;
    // One at a time: a file's reader is disturbed little, and others have their turn.
    if (name && atWork.size === 0) {
      // What an older version left without them may be a whole library: new files do not wait for that.
      const isOld = !isNew && tracks.every((track) => track.proof());
      return { stage: isOld ? Stage.late : Stage.companions, kind: 'companion', name };
    }
    for (const [i, group] of groups().entries()) {
      const stage = group[0]!.rendition.kind === 'audio' ? Stage.audio : Stage.video + i;
      const span = firstOf(group.map((track) => track.gap('anywhere')));
      if (span) return { stage, kind: 'fill', tracks: group.filter((track) => isAllFree(track, span)), span };
      const unproved = group.find(
        (track) => track.coverage.isComplete() && !track.proof() && !track.isHeld(),
      );
      if (unproved) return { stage, kind: 'prove', track: unproved };
    }
    return undefined;
  }

  /**
   * What is made side by side, one group after the other. Decoding once for all pictures is cheapest. But a source
   * that is hard to decode is long at it: there the smallest goes first by itself, so that there is something whole
   * to watch soon.
   */
  function groups(): Track[][] {
    const sounds = tracks.filter(({ rendition }) => rendition.kind === 'audio');
    const [smallest, ...larger] = tracks.filter(({ rendition }) => rendition.kind === 'video');
    const pictures = !smallest
      ? []
      : costs.get(smallest)! > REAL_TIME_COST
        ? [[smallest], larger]
        : [[smallest, ...larger]];
    return [...sounds.map((sound) => [sound]), ...pictures].filter((group) => group.length > 0);
  }

  const posterStep = (stage: number): Step | undefined =>
    needsPoster && !backlog.isPosterAtWork ? { stage, kind: 'poster' } : undefined;

  function openingStep(stage: number): Step | undefined {
    for (const track of openingTracks()) {
      const span = track.gap('opening');
      if (span) return { stage, kind: 'fill', tracks: [track], span, isUrgent: !isCopied };
    }
    return undefined;
  }

  /** Its first chunk is being made at this moment. */
  function isBeginning({ timeline, coverage, isBusy }: Track): boolean {
    const { first, last } = timeline.chunkOf(0);
    for (let n = first; n <= last; n++) if (!coverage.has(n)) return isBusy();
    return false;
  }

  /** What a player starts with. Pictures before sound: sound made on request is hardly waited for. */
  function openingTracks(): Track[] {
    const smallest = tracks.find(({ rendition }) => rendition.kind === 'video');
    return [...(smallest ? [smallest] : []), ...tracks.filter(({ rendition }) => rendition.kind === 'audio')];
  }

  /** Some of it is given up, and the rest is there. */
  const isStuck = (track: Track) =>
    track.failure() !== undefined && !track.isBusy() && track.gap('anywhere') === undefined;

  const backlog: Backlog = {
    generation,
    isCopied,
    order,
    pace: createPace(),
    trouble: undefined,
    isPosterAtWork: false,
    isResting: false,
    async survey(beside) {
      needsPoster = !(await beside.isPosterSettled(generation.source));
      for (const name of await beside.missing(generation.source)) missing.add(name);
      tracks = generation.eagerTracks();
      for (const track of tracks) {
        costs.set(track, costPerSecond(track.rendition, info, plan.videoGrid));
        await track.ready();
      }
      isSurveyed = true;
    },
    isSurveyed: () => isSurveyed,
    settlePoster() {
      needsPoster = false;
    },
    takeCompanion: (name) => void atWork.add(name),
    dropCompanion: (name) => void atWork.delete(name),
    settleCompanion(name) {
      missing.delete(name);
      atWork.delete(name);
    },
    hasCompanionsLeft: () => missing.size > 0,
    next,
    remainingCost,
    progress({ blocked, secondsLeft }) {
      const paused = blocked === undefined ? undefined : ({ state: 'paused', reason: blocked } as const);
      if (!isSurveyed) return { state: 'waiting', fraction: 0, ...paused };
      const total = tracks.reduce((sum, track) => sum + costOf(track, secondsOf(track)), POSTER_COST);
      const remaining = remainingCost();
      const isDone = !needsPoster && tracks.every((track) => track.proof());
      const fraction = fractionOf(total - remaining, total, isDone);
      if (isDone) return { state: 'complete', fraction };
      if (!needsPoster && tracks.every((track) => track.proof() || isStuck(track))) {
        return { state: 'failed', fraction, reason: tracks.map((t) => t.failure()).find(Boolean)! };
      }
      if (paused) return { fraction, ...paused };
      const isBegun = backlog.isPosterAtWork || remaining < total - POSTER_COST || generation.isBusy();
      const seconds = secondsLeft(remaining, isBegun);
      return {
        state: isBegun ? 'rendering' : 'waiting',
        fraction,
        ...(seconds === undefined ? {} : { secondsLeft: seconds }),
      };
    },
  };
  return backlog;
}

/** The one that begins first; of those, the shortest, so that others may join in all of it. */
function firstOf(spans: readonly (Span | undefined)[]): Span | undefined {
  const found = spans.filter((span) => span !== undefined);
  return found.sort((a, b) => a.first - b.first || a.last - b.last)[0];
}

function isAllFree(track: Track, { first, last }: Span): boolean {
  for (let n = first; n <= last; n++) if (!track.isFree(n)) return false;
  return true;
}
