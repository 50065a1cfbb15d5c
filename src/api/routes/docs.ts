import { createHash } from 'node:crypto';
import { Router } from 'express';
import { docsPage, docsStyle } from '../docsPage.js';
import { openApiDocument } from '../openapi.js';
import { methodNotAllowed } from '../problem.js';

/** The page brings its own style and nothing else: no script, no font, no other host. */
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(docsStyle).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export function docsRoutes(): Router {
  const document = openApiDocument();
  const page = docsPage(document);
  const router = Router();
  router
    .route('/openapi.json')
    .get((_request, response) => {
      response.json(document);
    })
    .all(methodNotAllowed('GET', 'HEAD'));
  router
    .route('/docs')
    .get((_request, response) => {
      response.set('content-security-policy', policy).type('html').send(page);
    })
    .all(methodNotAllowed('GET', 'HEAD'));
  return router;
}
