/** What an owner may ask of a link, and what follows from it at a moment. Pure. */
import { AppError } from '../base/errors.js';
import type { Controls, ControlsChange, Ending, Visibility } from './model.js';

const LONGEST_PASSWORD = 256;
const MOST_VIEWS = 1_000_000_000;
const MOST_ORIGINS = 20;
/** The end of the year 9999. */
const LAST_MS = 253_402_300_799_000;
const ORIGIN = /^https?:\/\/(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,5})?$/;

/** `isUsedUp`: by as many views as were meant. */
export function endingOf({ expiresAtMs }: Controls, isUsedUp: boolean, nowMs: number): Ending | undefined {
  if (expiresAtMs !== undefined && nowMs >= expiresAtMs) return 'expired';
  return isUsedUp ? 'used-up' : undefined;
}

/** As it is kept. Errors: 'invalid', naming what would do. */
export function checkControls(
  change: ControlsChange,
  { visibility, nowMs }: { visibility: Visibility; nowMs: number },
): ControlsChange {
  const { password, expiresAtMs, maxViews, allowedOrigins } = change;
  if (typeof password === 'string') checkPassword(password, visibility);
  if (typeof expiresAtMs === 'number' && !(expiresAtMs > nowMs && expiresAtMs <= LAST_MS)) {
    throw new AppError(
      'invalid',
      'The end of a link must be in the future. To end it now, remove the share.',
    );
  }
  if (
    typeof maxViews === 'number' &&
    !(Number.isInteger(maxViews) && maxViews >= 1 && maxViews <= MOST_VIEWS)
  ) {
    throw new AppError('invalid', `The number of views must be a whole number from 1 to ${MOST_VIEWS}.`);
  }
  return allowedOrigins ? { ...change, allowedOrigins: originsOf(allowedOrigins) } : change;
}

/** null and false take away, absence keeps. The password is no part of it. */
export function withControls<T extends Controls>(share: T, change: ControlsChange): T {
  const { expiresAtMs, maxViews, isStreamOnly, allowedOrigins } = change;
  return {
    ...share,
    ...(expiresAtMs === undefined ? {} : { expiresAtMs: expiresAtMs ?? undefined }),
    ...(maxViews === undefined ? {} : { maxViews: maxViews ?? undefined }),
    ...(isStreamOnly === undefined ? {} : { isStreamOnly }),
    ...(allowedOrigins === undefined ? {} : { allowedOrigins: allowedOrigins ?? undefined }),
  };
}

function checkPassword(password: string, visibility: Visibility): void {
  if (password === '' || password.length > LONGEST_PASSWORD) {
    throw new AppError('invalid', `The password must have 1 to ${LONGEST_PASSWORD} characters.`);
  }
  if (visibility === 'public') return;
  throw new AppError(
    'invalid',
    'A private share is for members, who need no password. Give a public share a password instead.',
  );
}

/** `https://example.org`, as a browser writes it; `https://*.example.org` for all names below. */
function originsOf(given: readonly string[]): string[] {
  if (given.length > MOST_ORIGINS) {
    throw new AppError('invalid', `There may be at most ${MOST_ORIGINS} sites.`);
  }
  return [...new Set(given.map(originOf))];
}

function originOf(given: string): string {
  const text = given.trim().toLowerCase().replace(/\/$/, '');
  const [, scheme, star, rest] = /^(https?:\/\/)(\*\.)?(.*)$/.exec(text) ?? [];
  const url =
    rest && !/[/?#@\\]/.test(rest) && URL.canParse(scheme + rest) ? new URL(scheme + rest) : undefined;
  const origin = url && url.origin.replace('://', `://${star ?? ''}`);
  if (origin && ORIGIN.test(origin)) return origin;
  throw new AppError(
    'invalid',
    `${JSON.stringify(given.slice(0, 100))} is no site; write one as https://example.org.`,
  );
}
