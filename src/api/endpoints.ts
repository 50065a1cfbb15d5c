import { auditEndpoints } from './audit/routes.js';
import { bookEndpoints } from './book/routes.js';
import { cartEndpoints } from './cart/routes.js';
import { channelEndpoints } from './collect/channelEndpoints.js';
import { paymentEndpoints } from './collect/routes.js';
import type { ApiContext } from './deps.js';
import { callbackEndpoints } from './evidence/callbackEndpoints.js';
import { evidenceEndpoints } from './evidence/routes.js';
import type { Endpoint } from './http/endpoint.js';
import { openApiDocument, type OpenApiDocument } from './http/openapi.js';
import { processEndpoints } from './http/process.js';
import { refundEndpoints } from './refund/routes.js';
import { reviewEndpoints } from './review/routes.js';

/** Every endpoint that wants a key. */
export const keyedEndpoints: readonly Endpoint<ApiContext>[] = [
  ...paymentEndpoints,
  ...cartEndpoints,
  ...refundEndpoints,
  ...reviewEndpoints,
  ...evidenceEndpoints,
  ...channelEndpoints,
  ...bookEndpoints,
  ...auditEndpoints,
];

/** Those without one: channels authenticate by their signature, and machines only watch. */
export const openEndpoints: readonly Endpoint<ApiContext>[] = [
  ...callbackEndpoints,
  ...processEndpoints<ApiContext>(documentOfAll),
];

/** The OpenAPI document of all of them. */
export function documentOfAll(): OpenApiDocument {
  return openApiDocument([...keyedEndpoints, ...openEndpoints]);
}
