/** How a file is to be cut: what is asked, checked in itself, and what it means. Nothing here knows the file. */
import { z } from 'zod';
import type { Cutting } from '../../clips/index.js';
import { answerOf } from './answers.js';
import { numberFrom, object, oneOf, optional } from './input.js';

const STRATEGIES = ['uniform', 'manual', 'shot-detector'] as const;
const CONFIG_OF = {
  uniform: 'uniform_config',
  manual: 'manual_config',
  'shot-detector': 'shot_detector_config',
} as const;
/** Shots can be looked for without further words, as the guides of the contract do. */
const OPTIONAL = CONFIG_OF['shot-detector'];
const MOST_MANUAL = 1000;
const LONGEST_SECONDS = 1_000_000;
/** As good as any for most films; what detectors of this kind use elsewhere. */
const THRESHOLDS = { content: 27, adaptive: 3 };
const LEAST_SHOT_SECONDS = 0.6;

const moment = numberFrom(0, LONGEST_SECONDS);
const flag = z.boolean({ error: 'true or false' });

const strategy = z.enum(STRATEGIES, {
  error: ({ input }) =>
    input === 'narrative'
      ? 'uniform, manual or shot-detector: narrative needs a model, which this appliance has not'
      : `one of ${STRATEGIES.join(', ')}`,
});

const manualSegment = object({ start_time: moment, end_time: moment }).refine(
  ({ start_time, end_time }) => end_time > start_time,
  { error: 'after start_time', path: ['end_time'] },
);

const fields = {
  strategy,
  uniform_config: optional(
    object({ window_seconds: numberFrom(1, 120), hop_seconds: optional(numberFrom(1, 120)) }),
  ),
  manual_config: optional(
    object({
      segments: z
        .array(manualSegment, { error: 'a list of segments' })
        .min(1, { error: 'a list of at least one segment' })
        .max(MOST_MANUAL, { error: `a list of at most ${MOST_MANUAL} segments` }),
    }),
  ),
  shot_detector_config: optional(
    object({
      detector: oneOf('adaptive', 'content'),
      threshold: optional(numberFrom(0, 100)),
      min_seconds: optional(numberFrom(0, LONGEST_SECONDS)),
      max_seconds: optional(numberFrom(0.1, LONGEST_SECONDS)),
      fill_gaps: optional(flag),
    }).refine(({ min_seconds = 0, max_seconds = Infinity }) => min_seconds <= max_seconds, {
      error: 'at least min_seconds',
      path: ['max_seconds'],
    }),
  ),
  start_time_seconds: optional(moment),
  end_time_seconds: optional(moment),
};

/** The configuration of its strategy and no other. */
export const segmentationBody = object({
  ...fields,
  thumbnails_config: optional(object({ enable_segment_thumbnails: optional(flag) })),
}).superRefine((given, context) => {
  for (const [name, field] of Object.entries(CONFIG_OF)) {
    const isGiven = given[field] !== undefined;
    if (isGiven === (name === given.strategy) || (!isGiven && field === OPTIONAL)) continue;
    const message = isGiven ? `left out for ${given.strategy}` : `given for ${given.strategy}`;
    context.addIssue({ code: 'custom', path: [field], message });
  }
  const { start_time_seconds: start, end_time_seconds: end } = given;
  if (start === undefined || end === undefined || end > start) return;
  context.addIssue({ code: 'custom', path: ['end_time_seconds'], message: 'after start_time_seconds' });
});

export type SegmentationBody = z.output<typeof segmentationBody>;

export const configAnswer = answerOf({
  strategy: z.enum(STRATEGIES),
  uniform_config: answerOf({ window_seconds: z.number(), hop_seconds: z.number().optional() }).optional(),
  manual_config: answerOf({
    segments: z.array(answerOf({ start_time: z.number(), end_time: z.number() })),
  }).optional(),
  shot_detector_config: answerOf({
    detector: z.enum(['adaptive', 'content']),
    threshold: z.number().optional(),
    min_seconds: z.number().optional(),
    max_seconds: z.number().optional(),
    fill_gaps: z.boolean().optional(),
  }).optional(),
  start_time_seconds: z.number().optional(),
  end_time_seconds: z.number().optional(),
});

/** What is told again: all that was asked, but not how it was spelt. */
export function toConfig({ thumbnails_config: _, ...config }: SegmentationBody): Record<string, unknown> {
  return JSON.parse(JSON.stringify(config)) as Record<string, unknown>;
}

export function toCutting(given: SegmentationBody): Cutting {
  const range = {
    ...(given.start_time_seconds === undefined ? {} : { startSeconds: given.start_time_seconds }),
    ...(given.end_time_seconds === undefined ? {} : { endSeconds: given.end_time_seconds }),
  };
  const { uniform_config: uniform, manual_config: manual, shot_detector_config: shots } = given;
  if (uniform) {
    const windowSeconds = uniform.window_seconds;
    return { strategy: 'uniform', windowSeconds, hopSeconds: uniform.hop_seconds ?? windowSeconds, range };
  }
  if (manual) {
    const ranges = manual.segments.map(({ start_time, end_time }) => ({
      startSeconds: start_time,
      endSeconds: end_time,
    }));
    return { strategy: 'manual', ranges, range };
  }
  const detector = shots?.detector ?? 'adaptive';
  return {
    strategy: 'shots',
    shots: {
      detector,
      threshold: shots?.threshold ?? THRESHOLDS[detector],
      minSeconds: shots?.min_seconds ?? LEAST_SHOT_SECONDS,
      maxSeconds: shots?.max_seconds,
      fillsGaps: shots?.fill_gaps ?? true,
    },
    range,
  };
}
