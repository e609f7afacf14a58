/**
 * Refusals have a code; anything else that is thrown is a fault. Codes say what was wrong, never how some
 * protocol reports it: only the web floor maps them to statuses.
 */

export type ErrorCode =
  | 'invalid' // the request or setting is malformed; the message names the field and what would do
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'unsupported-media' // not a file that can be played; the message is one sentence for the owner
  | 'source-missing' // the original is not in its place at the moment
  | 'source-changed' // the original is no longer the content that was indexed
  | 'source-damaged' // the original cannot be read where it should be
  | 'too-many' // rate limit
  | 'no-space'
  | 'busy' // try again: shutting down, or the queue is full
  | 'aborted' // the asker went away
  | 'not-implemented'
  | 'render-failed'; // ffmpeg did not yield what the plan says

export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  /** For the owner's eyes: ffprobe's words, stderr's last lines. Never sent to a visitor. */
  readonly detail: string | undefined;
  /** With 'too-many', where it is known. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; detail?: string; retryAfterSeconds?: number } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.detail = options.detail;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

export function isAppError(error: unknown, code?: ErrorCode): error is AppError {
  return error instanceof AppError && (code === undefined || error.code === code);
}

/** True for a Node system error such as ENOENT. */
export function hasErrno(error: unknown, ...codes: string[]): error is NodeJS.ErrnoException {
  return error instanceof Error && codes.includes((error as NodeJS.ErrnoException).code ?? '');
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
