/**
 * What clients send, parsed once: query strings, ids, JSON bodies. A refusal names the field and says what
 * would do; unknown fields are ignored. What a check of ours looks for it says with .meta(), for the document.
 */
import { z } from 'zod';
import { AppError } from '../../base/errors.js';
import { isId } from '../../base/ids.js';

/** Errors: 'invalid'. `what` is named when the whole value has the wrong shape. */
export function parseInput<T>(schema: z.ZodType<T>, value: unknown, what = 'the body'): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  const field = path.length > 0 ? path.join('.') : what;
  throw new AppError('invalid', `${field} must be ${message}.`);
}

const LARGEST_OFFSET = 1_000_000_000;
const DEEPEST_METADATA = 32;

const nothing = (value: unknown) => (value === null || value === undefined ? undefined : value);

export const object = <T extends z.ZodRawShape>(shape: T) => z.object(shape, { error: 'a JSON object' });

/** Left out and null are the same: no value. */
export const optional = <T>(schema: z.ZodType<T>) => z.preprocess(nothing, schema.optional());

/** RFC 9562 4: written in lower case, read in either. */
const isAnyCaseId = (value: unknown) => typeof value === 'string' && isId(value.toLowerCase());

export const id = z
  .custom<string>(isAnyCaseId, { error: 'a UUID' })
  .meta({ type: 'string', format: 'uuid' })
  .transform((value) => value.toLowerCase());

export const text = (maxLength: number) =>
  z
    .custom<string>(
      (value) => typeof value === 'string' && value.length <= maxLength && !value.includes('\0'),
      { error: `text of at most ${maxLength} characters` },
    )
    .meta({ type: 'string', maxLength });

export const oneOf = <const T extends string>(...names: T[]) =>
  z.enum(names as [T, ...T[]], { error: `one of ${names.join(', ')}` });

/** Of a query string: one or several of them, joined by commas. */
export const anyOf = <const T extends string>(...names: T[]) => {
  const isName = (given: string): given is T => (names as string[]).includes(given);
  return z
    .custom<string>((value) => typeof value === 'string' && value.split(',').every(isName), {
      error: `one or more of ${names.join(', ')}, joined by commas`,
    })
    .meta({ type: 'string', description: `One or more of ${names.join(', ')}, joined by commas` })
    .transform((text) => text.split(',').filter(isName));
};

export const metadata = z
  .custom<Record<string, unknown>>(
    (value) => isPlainObject(value) && depthOf(value, DEEPEST_METADATA) < DEEPEST_METADATA,
    { error: `an object, at most ${DEEPEST_METADATA} levels deep` },
  )
  .meta({ type: 'object' });

/** Of a query string or a form. */
export const flag = z
  .enum(['true', 'false'], { error: 'true or false' })
  .transform((given) => given === 'true');

/** Text that is JSON of that shape. What is wrong inside is told with its place. */
export const parsedJson = <T>(schema: z.ZodType<T>, maxLength: number) =>
  text(maxLength).transform((given, context): T => {
    const result = schema.safeParse(parseJson(given));
    if (result.success) return result.data;
    for (const { path, message } of result.error.issues) {
      context.addIssue({ code: 'custom', path: [...path], message });
    }
    return z.NEVER;
  });

/** Of JSON. */
export const numberFrom = (min: number, max: number) =>
  z
    .custom<number>(
      (value) => typeof value === 'number' && Number.isFinite(value) && value >= min && value <= max,
      { error: `a number from ${min} to ${max}` },
    )
    .meta({ type: 'number', minimum: min, maximum: max });

/** Of a query string: seconds. */
export const decimal = z
  .custom<string>((value) => typeof value === 'string' && /^[0-9]{1,9}(\.[0-9]{1,9})?$/.test(value), {
    error: 'a number such as 12.5',
  })
  .meta({ type: 'number', minimum: 0 })
  .transform(Number);

const MOST_IDS = 100;

/** Of a query string: ids joined by commas. */
export const ids = z
  .custom<string>(
    (value) => {
      const all = typeof value === 'string' ? value.split(',') : [];
      return all.length > 0 && all.length <= MOST_IDS && all.every(isAnyCaseId);
    },
    { error: `1 to ${MOST_IDS} UUIDs joined by commas` },
  )
  .meta({ type: 'string' })
  .transform((text) => text.toLowerCase().split(','));

const wholeNumber = (min: number, max: number) =>
  z
    .custom<string>(
      (value) =>
        typeof value === 'string' &&
        /^[0-9]{1,10}$/.test(value) &&
        Number(value) >= min &&
        Number(value) <= max,
      { error: `a whole number from ${min} to ${max}` },
    )
    .meta({ type: 'integer', minimum: min, maximum: max })
    .transform(Number);

/** Of a query string. */
export const page = {
  limit: wholeNumber(1, 100).default(20),
  offset: wholeNumber(0, LARGEST_OFFSET).default(0),
};

/** `2026-01-31`, UTC, as the first millisecond of that day. */
export const day = z
  .custom<string>((value) => typeof value === 'string' && isDay(value), {
    error: 'a date such as 2026-01-31',
  })
  .meta({ type: 'string', format: 'date', description: 'UTC' })
  .transform((value) => Date.parse(`${value}T00:00:00Z`));

/** What is no JSON has no shape either. */
function parseJson(given: string): unknown {
  try {
    return JSON.parse(given) as unknown;
  } catch {
    return undefined;
  }
}

function isDay(value: string): boolean {
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(value)) return false;
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value);
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Stops counting at `limit`: what is nested deeper would exhaust the stack of whoever writes it as JSON again. */
function depthOf(value: unknown, limit: number): number {
  if (typeof value !== 'object' || value === null || limit === 0) return 0;
  return 1 + Math.max(0, ...Object.values(value).map((inner) => depthOf(inner, limit - 1)));
}
