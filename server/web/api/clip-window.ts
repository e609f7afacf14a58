/** `clip_start` and `clip_end`: a part of a share that is asked for with its addresses, and kept nowhere. */
import { z } from 'zod';
import { AppError } from '../../base/errors.js';
import type { Asked } from '../../share/model.js';
import { object, optional } from './input.js';

/** As precise as any language prints a double. */
const seconds = z
  .custom<string>((value) => typeof value === 'string' && /^[0-9]{1,9}(\.[0-9]{1,20})?$/.test(value), {
    error: 'a number of seconds such as 12.5',
  })
  .meta({ type: 'number', minimum: 0, description: 'Seconds from the beginning of what is shared' })
  .transform(Number);

export const windowQuery = object({ clip_start: optional(seconds), clip_end: optional(seconds) });

/** undefined when none is asked for. Errors: 'invalid' for what cannot be a part of anything. */
export function readWindow({ clip_start, clip_end }: z.output<typeof windowQuery>): Asked | undefined {
  if (clip_start === undefined && clip_end === undefined) return undefined;
  if (clip_start === undefined || clip_end === undefined) {
    throw new AppError('invalid', 'clip_start and clip_end must be given together.');
  }
  if (clip_end > clip_start) return { startSeconds: clip_start, endSeconds: clip_end };
  throw new AppError('invalid', 'clip_end must be after clip_start.');
}
