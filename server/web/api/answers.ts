/** The shapes that many answers share. Optional fields are left out, never null, unless they say so. */
import { z } from 'zod';
import { id } from './input.js';

export const answerOf = <T extends z.ZodRawShape>(shape: T) => z.strictObject(shape);

export const uuid = id;

export const unixMs = z.int().nonnegative().meta({ description: 'Unix time in milliseconds' });

export const seconds = z.number().nonnegative();

export const address = z.string().min(1).meta({ format: 'uri' });

export const jsonObject = z.record(z.string(), z.unknown());

/** A page of a list. */
export const listOf = <T extends z.ZodType>(item: T) =>
  answerOf({
    object: z.literal('list'),
    data: z.array(item),
    total: z.int().nonnegative(),
    limit: z.int(),
    offset: z.int(),
  });

export const pageOf = <T>(
  data: T[],
  { total, limit, offset }: { total: number; limit: number; offset: number },
) => ({
  object: 'list' as const,
  data,
  total,
  limit,
  offset,
});

export const removed = <const T extends string>(object: T) =>
  answerOf({ id: uuid, object: z.literal(object) });

export const errorAnswer = answerOf({
  error: z.string().meta({ description: 'One sentence: what was wrong, and what would do.' }),
}).meta({ id: 'Error' });
