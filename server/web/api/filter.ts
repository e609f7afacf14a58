/** The `filter` of a list: JSON text to criteria that the library can look for. A refusal names the place in it. */
import { z } from 'zod';
import type { FileCriterion } from '../../library/model.js';
import { object, oneOf, parsedJson, text } from './input.js';

const MOST_CRITERIA = 20;
const MOST_VALUES = 100;
const VALUE_LENGTH = 500;
const LENGTH = 10_000;
const OPERATORS = [
  'Equal',
  'NotEqual',
  'LessThan',
  'GreaterThan',
  'Like',
  'In',
  'ContainsAny',
  'ContainsAll',
] as const;
const OF_LISTS = new Set<string>(['In', 'ContainsAny', 'ContainsAll']);
const FILE_FIELDS = ['id', 'uri', 'bytes', 'created_at', 'filename', 'path', 'source', 'media_type'] as const;
const VIDEO_FIELDS = ['duration_seconds', 'width', 'height', 'format', 'has_audio'] as const;

const ISO_TIME =
  /^([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?)(Z|[+-][0-9]{2}:[0-9]{2})?)?$/;

const value = text(VALUE_LENGTH);

const metadataPath = z
  .custom<string>(
    (given) => typeof given === 'string' && /^[^."\0]{1,100}(?:\.[^."\0]{1,100}){0,9}$/.test(given),
    {
      error: 'one to ten names joined by dots',
    },
  )
  .transform((path) => path.split('.'));

const criteria = <T extends FileCriterion['of'], I>(path: z.ZodType<T, I>) =>
  z
    .array(
      object({
        path,
        operator: oneOf(...OPERATORS),
        valueText: value.optional(),
        valueTextArray: z
          .array(value, { error: 'a list of texts' })
          .min(1, { error: 'a list of at least one text' })
          .max(MOST_VALUES, { error: `a list of at most ${MOST_VALUES} texts` })
          .optional(),
      }).transform(({ path: of, operator, valueText, valueTextArray }, context): FileCriterion => {
        const wanted = OF_LISTS.has(operator) ? 'valueTextArray' : 'valueText';
        const values = wanted === 'valueText' ? valueText !== undefined && [valueText] : valueTextArray;
        if (!values) {
          context.addIssue({ code: 'custom', path: [wanted], message: `given for ${operator}` });
          return z.NEVER;
        }
        if (of !== 'created_at' || operator === 'Like') return { of, operator, values };
        const moments = values.map(toUnixMs);
        if (!moments.includes(undefined)) return { of, operator, values: moments.map(String) };
        const message = 'a time such as 2026-01-31T12:00:00Z, or Unix milliseconds';
        context.addIssue({ code: 'custom', path: [wanted], message });
        return z.NEVER;
      }),
      { error: 'a list of criteria' },
    )
    .default([]);

const shape = object({
  metadata: criteria(metadataPath),
  video_info: criteria(oneOf(...VIDEO_FIELDS)),
  file: criteria(oneOf(...FILE_FIELDS)),
})
  .transform(({ metadata, video_info, file }) => [...metadata, ...video_info, ...file])
  .refine((all) => all.length <= MOST_CRITERIA, { error: `at most ${MOST_CRITERIA} criteria` })
  .refine((all) => all.reduce((sum, { values }) => sum + values.length, 0) <= MOST_VALUES, {
    error: `criteria of at most ${MOST_VALUES} texts in all`,
  });

export const filter = parsedJson(shape, LENGTH);

/** The contract writes times of files as numbers and compares them with ISO 8601; without a zone it is UTC. */
function toUnixMs(text: string): number | undefined {
  if (/^[0-9]{1,16}$/.test(text)) return Number(text);
  const [, day, time, zone] = ISO_TIME.exec(text) ?? [];
  const ms = day === undefined ? NaN : Date.parse(time === undefined ? day : `${day}T${time}${zone ?? 'Z'}`);
  return Number.isNaN(ms) ? undefined : ms;
}
