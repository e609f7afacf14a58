/** `POST /files`: a file is taken in as it arrives, however large; nothing of it is held in memory. */
import { z } from 'zod';
import type { Request } from 'express';
import { AppError } from '../../base/errors.js';
import type { createUploads } from '../../library/index.js';
import type { LinksOf } from '../links.js';
import type { DescribeFile } from './describe-file.js';
import { fileAnswer } from './file-json.js';
import { flag, metadata, object, optional, parsedJson, parseInput } from './input.js';
import { readForm } from './multipart.js';
import { defineRoute, type ApiRoute } from './route.js';

const METADATA_LENGTH = 100 * 1024;

const fields = {
  metadata: optional(parsedJson(metadata, METADATA_LENGTH)),
  enable_segment_thumbnails: optional(flag).meta({
    description: 'Accepted and not needed: thumbnails are made when they are looked at.',
  }),
};

export interface UploadApiParts {
  uploads: Pick<ReturnType<typeof createUploads>, 'checkSpace' | 'receive' | 'partial'>;
  /** An upload takes as long as it takes. */
  liftDeadline: (req: Request) => void;
  describe: DescribeFile;
  links: LinksOf;
}

export function createUploadApi({ uploads, liftDeadline, describe, links }: UploadApiParts): ApiRoute[] {
  return [
    defineRoute(
      {
        method: 'post',
        path: '/files',
        topic: 'Files',
        summary: 'Upload a media file',
        notes:
          'The file lands in the media folder under a name that no other has. It is in the library when this is answered; its status tells when it can be played.',
        form: object({
          file: z.custom().meta({ type: 'string', format: 'binary' }),
          ...fields,
        }),
        answer: fileAnswer,
        refusals: ['no-space', 'forbidden', 'conflict'],
      },
      async ({ req }) => {
        const to = links(req);
        await uploads.checkSpace(Number(req.headers['content-length'] ?? 0));
        liftDeadline(req);
        const form = await readForm(req, {
          fileField: 'file',
          checkFields: (given) => void parseInput(object(fields), given),
          receive: (content, filename) => uploads.receive(content, filename),
        });
        const { file: upload } = form;
        if (!upload) throw new AppError('invalid', 'file must be a file of the form.');
        try {
          const given = parseInput(object(fields), form.fields);
          return await describe(await upload.keep(given.metadata), to);
        } finally {
          await upload.discard();
        }
      },
    ),
  ];
}
