/** Reads a multipart form as it arrives: small fields into memory, the one file to whoever receives it. */
import busboy from 'busboy';
import type { Request } from 'express';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { AppError } from '../../base/errors.js';

const LIMITS = {
  fields: 20,
  fieldNameSize: 100,
  fieldSize: 100 * 1024,
  files: 1,
  parts: 22,
  headerPairs: 50,
};

/**
 * `checkFields` throws as soon as what has come cannot be right, before a long file behind it has been sent;
 * `receive` is called at most once, for the file of that name, and reads it to its end. Errors: 'invalid' for a
 * malformed form, 'aborted', those of `receive`; the request is then read no further.
 */
export async function readForm<T extends { discard(): Promise<void> }>(
  req: Request,
  {
    fileField,
    checkFields,
    receive,
  }: {
    fileField: string;
    checkFields: (fields: Record<string, string>) => void;
    receive: (content: Readable, filename: string) => Promise<T>;
  },
): Promise<{ fields: Record<string, string>; file: T | undefined }> {
  const fields: Record<string, string> = {};
  const form = openForm(req);
  let receiving: Promise<T> | undefined;
  let refuse!: (error: unknown) => void;
  const refused = new Promise<never>((_, reject) => (refuse = reject));
  refused.catch(() => {});

  form.on('field', (name, text, { valueTruncated }) => {
    if (valueTruncated) refuse(invalid(`${name} is too long`));
    fields[name] = text;
    try {
      checkFields(fields);
    } catch (error) {
      refuse(error);
    }
  });
  form.on('file', (name, content, { filename }) => {
    // It may fail before anybody reads it.
    content.on('error', () => {});
    if (name !== fileField) return void content.resume();
    receiving = receive(content, unescapeQuotes(filename ?? ''));
    receiving.catch(refuse);
  });
  for (const limit of ['filesLimit', 'fieldsLimit', 'partsLimit'] as const) {
    form.on(limit, () => refuse(invalid('the form has too many parts')));
  }

  try {
    await Promise.race([feed(req, form), refused]);
    return { fields, file: await receiving };
  } catch (error) {
    req.unpipe(form);
    form.destroy();
    // What still arrives is of no interest, but some clients read no answer before they have sent everything.
    req.resume();
    await receiving?.then(
      (file) => file.discard(),
      () => {},
    );
    throw error instanceof AppError ? error : explain(error, req);
  }
}

function openForm(req: Request): busboy.Busboy {
  if (req.is('multipart/form-data') === false) {
    throw new AppError('invalid', 'The body must be a form, sent as Content-Type: multipart/form-data.');
  }
  try {
    return busboy({ headers: req.headers, limits: LIMITS, defParamCharset: 'utf8' });
  } catch (cause) {
    throw new AppError('invalid', 'The body must be a form: its Content-Type names no usable boundary.', {
      cause,
    });
  }
}

/** No pipeline: that would destroy the request with the form, and what a client still sends would be read by nobody. */
function feed(req: Request, form: busboy.Busboy): Promise<void> {
  const cut = () => {
    if (!req.complete) form.destroy(new Error('the request was cut off'));
  };
  req.once('error', cut).once('close', cut);
  req.pipe(form);
  return finished(form, { readable: false });
}

function explain(cause: unknown, req: Request): unknown {
  if (req.destroyed && !req.complete) return new AppError('aborted', 'The upload was given up.', { cause });
  // A fault of the disk has a code; what busboy finds wrong has none.
  if (cause instanceof Error && 'code' in cause) return cause;
  return invalid('the form ends early or is malformed', cause);
}

const invalid = (what: string, cause?: unknown) =>
  new AppError('invalid', `The body could not be read: ${what}.`, { cause });

/** Browsers and curl write a quotation mark in a name as %22, and leave a percent sign as it is (HTML, form data). */
function unescapeQuotes(filename: string): string {
  return filename.replaceAll('%22', '"');
}
