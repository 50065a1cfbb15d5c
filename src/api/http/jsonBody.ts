import express, { type RequestHandler } from 'express';
import { Problem } from './problem.js';

const parseJson: RequestHandler = express.json({ limit: '64kb', inflate: false });

/** For routes that take a body: JSON only, at most 64 KiB. */
export const jsonBody: RequestHandler = (request, response, next) => {
  if (request.is('application/json') === false) {
    throw new Problem('unsupported-media-type', 'Send the body as application/json.');
  }
  parseJson(request, response, next);
};
