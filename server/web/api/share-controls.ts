/** What an owner may say of a link, as the API writes it: one list of fields for making, changing and reading. */
import { z } from 'zod';
import type { ControlsChange, Ending, Share } from '../../share/model.js';
import { unixMs } from './answers.js';
import { numberFrom, optional, text } from './input.js';

const PASSWORD_LENGTH = 256;
const ORIGIN_LENGTH = 300;
const MOST_VIEWS = 1_000_000_000;
const MOST_ORIGINS = 100;

const password = text(PASSWORD_LENGTH).meta({
  type: 'string',
  maxLength: PASSWORD_LENGTH,
  writeOnly: true,
  description: 'Asked of visitors of a public share; members need none. Never told again.',
});
const expiresAt = z
  .int({ error: 'a time in Unix milliseconds' })
  .meta({ description: 'Unix time in milliseconds at which the link opens nothing any more' });
const maxViews = numberFrom(1, MOST_VIEWS).meta({
  type: 'integer',
  minimum: 1,
  maximum: MOST_VIEWS,
  description: 'How many visitors may see it; whom the last view was counted for may go on for 12 hours',
});
const downloadable = z
  .boolean({ error: 'true or false' })
  .meta({ description: 'False: no download is offered or answered' });
const allowedOrigins = z
  .array(text(ORIGIN_LENGTH), { error: 'a list of sites' })
  .max(MOST_ORIGINS, { error: 'a shorter list' })
  .meta({
    description:
      'Sites whose pages may hold the player, as https://example.org or https://*.example.org; an empty list: none but our own',
  });

/** null is as good as left out. */
export const controlsOfDraft = {
  password: optional(password),
  expires_at: optional(expiresAt),
  max_views: optional(maxViews),
  downloadable: optional(downloadable),
  allowed_origins: optional(allowedOrigins),
};

/** null takes away; left out leaves it as it is. */
export const controlsOfChange = {
  password: z.nullable(password).optional(),
  expires_at: z.nullable(expiresAt).optional(),
  max_views: z.nullable(maxViews).optional(),
  downloadable: optional(downloadable),
  allowed_origins: z.nullable(allowedOrigins).optional(),
};

export const controlsAnswer = {
  has_password: z.boolean(),
  expires_at: unixMs.optional(),
  max_views: z.int().optional(),
  view_count: z.int().nonnegative().meta({
    description:
      'Plays of at least ten seconds or half, once per visitor and hour, programs that only look left out',
  }),
  downloadable: z.boolean(),
  allowed_origins: z.array(z.string()).optional().meta({ description: 'Left out: any site' }),
  ended: z
    .enum(['expired', 'used-up'])
    .optional()
    .meta({ description: 'Why it opens nothing any more, where it does not' }),
};

interface Given {
  password?: string | null | undefined;
  expires_at?: number | null | undefined;
  max_views?: number | null | undefined;
  downloadable?: boolean | undefined;
  allowed_origins?: string[] | null | undefined;
}

export function readControls(given: Given): ControlsChange {
  return {
    ...(given.password === undefined ? {} : { password: given.password }),
    ...(given.expires_at === undefined ? {} : { expiresAtMs: given.expires_at }),
    ...(given.max_views === undefined ? {} : { maxViews: given.max_views }),
    ...(given.downloadable === undefined ? {} : { isStreamOnly: !given.downloadable }),
    ...(given.allowed_origins === undefined ? {} : { allowedOrigins: given.allowed_origins }),
  };
}

export function controlsJson(
  share: Share,
  { views, ending }: { views: number; ending: Ending | undefined },
): z.input<z.ZodObject<typeof controlsAnswer>> {
  return {
    has_password: share.hasPassword ?? false,
    ...(share.expiresAtMs === undefined ? {} : { expires_at: share.expiresAtMs }),
    ...(share.maxViews === undefined ? {} : { max_views: share.maxViews }),
    view_count: views,
    downloadable: !share.isStreamOnly,
    ...(share.allowedOrigins === undefined ? {} : { allowed_origins: [...share.allowedOrigins] }),
    ...(ending === undefined ? {} : { ended: ending }),
  };
}
