/** JSON bodies: plain UTF-8, at most 100 KB, announced as JSON. */
import express, { type RequestHandler } from 'express';
import { AppError } from '../../base/errors.js';

const LIMIT = '100kb';

const requireJson: RequestHandler = (req, _res, next) => {
  // Without a body, what is missing is told better by the route's own check.
  const isEmpty = req.headers['content-length'] === '0';
  if (!isEmpty && req.is(['application/json', 'application/*+json']) === false) {
    throw new AppError('unsupported-media', 'The body must be JSON, sent as Content-Type: application/json.');
  }
  next();
};

export const readJson: readonly RequestHandler[] = [
  requireJson,
  express.json({ limit: LIMIT, inflate: false, type: ['application/json', 'application/*+json'] }),
];
