/** How much a share may say. Pure. */
import { AppError } from '../base/errors.js';

const TITLE_LENGTH = 500;
const DESCRIPTION_LENGTH = 5000;
const METADATA_BYTES = 16 * 1024;

export interface ShareTexts {
  title?: string | null | undefined;
  description?: string | null | undefined;
  metadata?: Record<string, unknown> | null | undefined;
}

/** Errors: 'invalid', naming the field and its limit. */
export function checkTexts({ title, description, metadata }: ShareTexts): void {
  if (title && title.length > TITLE_LENGTH) throw tooLong('title', `${TITLE_LENGTH} characters`);
  if (description && description.length > DESCRIPTION_LENGTH) {
    throw tooLong('description', `${DESCRIPTION_LENGTH} characters`);
  }
  if (!metadata) return;
  let json: string | undefined;
  try {
    json = JSON.stringify(metadata);
  } catch (cause) {
    throw new AppError('invalid', 'metadata must be a JSON object.', { cause });
  }
  if (Array.isArray(metadata) || !json?.startsWith('{')) {
    throw new AppError('invalid', 'metadata must be a JSON object.');
  }
  if (Buffer.byteLength(json) > METADATA_BYTES) throw tooLong('metadata', '16 KB of JSON');
}

function tooLong(field: string, limit: string): AppError {
  return new AppError('invalid', `${field} is too long; it may have at most ${limit}.`);
}
