/**
 * The form of what an owner may say of a link: its fields for the partial `share-form`, and back from what was sent.
 * Pure; the same for a new share and for one that is there.
 */
import { AppError } from '../../base/errors.js';
import type { ControlsChange, Share } from '../../share/model.js';
import { calendarMoment } from './wording.js';

const HOUR_MS = 3600 * 1000;
const SPANS = [
  { value: '1h', text: 'in an hour', ms: HOUR_MS },
  { value: '1d', text: 'in a day', ms: 24 * HOUR_MS },
  { value: '7d', text: 'in a week', ms: 7 * 24 * HOUR_MS },
  { value: '30d', text: 'in 30 days', ms: 30 * 24 * HOUR_MS },
] as const;
const LONGEST_LIST = 10_000;

/** For `include('partials/share-form', { item })`. Without a share: of one that is to be made. */
export function viewShareForm(share?: Share) {
  const { expiresAtMs, maxViews, isStreamOnly, allowedOrigins } = share ?? {};
  const embed = allowedOrigins === undefined ? 'any' : allowedOrigins.length > 0 ? 'these' : 'none';
  const isPrivate = share?.visibility === 'private';
  const ends = [
    ...(expiresAtMs === undefined
      ? []
      : [{ value: 'keep', text: `${calendarMoment(expiresAtMs)} UTC`, isChosen: true }]),
    { value: 'never', text: 'never', isChosen: expiresAtMs === undefined },
    ...SPANS.map(({ value, text }) => ({ value, text, isChosen: false })),
    { value: 'at', text: 'at the time below', isChosen: false },
  ];
  return {
    /** Members need none. */
    mayHavePassword: !isPrivate,
    hasPassword: share?.hasPassword ?? false,
    ends,
    maxViews: maxViews === undefined ? '' : String(maxViews),
    isDownloadable: !isStreamOnly,
    embeds: [
      { value: 'any', text: 'on any site' },
      { value: 'these', text: 'only on these sites' },
      { value: 'none', text: 'nowhere' },
    ].map((one) => ({ ...one, isChosen: one.value === embed })),
    origins: (allowedOrigins ?? []).join('\n'),
  };
}

/** What was sent by such a form. Fields that are not there change nothing. Errors: 'invalid', for people. */
export function readShareForm(fields: Record<string, unknown>, { nowMs }: { nowMs: number }): ControlsChange {
  const text = (name: string) => (typeof fields[name] === 'string' ? fields[name] : undefined);
  return {
    ...readPassword(text('share_password'), text('remove_password')),
    ...readEnd(text('ends'), text('ends_at'), nowMs),
    ...readViews(text('max_views')),
    // A box that is not ticked is not sent; the field before it says that it was there.
    ...(text('has_download') === undefined ? {} : { isStreamOnly: text('download') === undefined }),
    ...readEmbeds(text('embed'), text('origins')),
  };
}

/** Nothing typed leaves the one that is there. */
function readPassword(typed: string | undefined, isRemoved: string | undefined): ControlsChange {
  if (isRemoved !== undefined) return { password: null };
  return typed ? { password: typed } : {};
}

function readEnd(ends: string | undefined, at: string | undefined, nowMs: number): ControlsChange {
  if (ends === undefined || ends === 'keep') return {};
  if (ends === 'never') return { expiresAtMs: null };
  const span = SPANS.find(({ value }) => value === ends);
  if (span) return { expiresAtMs: nowMs + span.ms };
  const [, day, time] = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?$/.exec(at ?? '') ?? [];
  const expiresAtMs = Date.parse(`${day}T${time}Z`);
  if (ends === 'at' && Number.isFinite(expiresAtMs)) return { expiresAtMs };
  throw new AppError('invalid', 'Say when the link ends: a date and a time, in UTC.');
}

function readViews(typed: string | undefined): ControlsChange {
  if (typed === undefined) return {};
  const digits = typed.trim();
  if (digits === '') return { maxViews: null };
  if (/^\d{1,10}$/.test(digits)) return { maxViews: Number(digits) };
  throw new AppError('invalid', 'The number of views must be a whole number, or nothing for no limit.');
}

function readEmbeds(embed: string | undefined, origins = ''): ControlsChange {
  if (embed === 'any') return { allowedOrigins: null };
  if (embed === 'none') return { allowedOrigins: [] };
  if (embed !== 'these') return {};
  const sites = origins
    .slice(0, LONGEST_LIST)
    .split(/[\s,]+/)
    .filter(Boolean);
  if (sites.length > 0) return { allowedOrigins: sites };
  throw new AppError('invalid', 'Name the sites that may embed it, one per line, as https://example.org.');
}
