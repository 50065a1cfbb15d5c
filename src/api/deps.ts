import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Channels } from '../channels/channel.js';
import type { Chart } from '../domain/book/chart.js';
import type { Balances } from '../ledger/balances.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Settlements } from '../ledger/settlements.js';
import type { Offer } from '../offer/offer.js';
import type { ApiKeys } from '../records/apiKeys.js';
import type { Audit } from '../records/audit.js';
import type { Charges } from '../records/charges.js';
import type { EvidenceStore } from '../records/evidence.js';
import type { Payments } from '../records/payments.js';
import type { Refunds } from '../records/refunds.js';
import type { Reviews } from '../records/reviews.js';
import { endpointWith } from './http/endpoint.js';
import type { ApiMetrics } from './http/metrics.js';
import type { TemporalLink } from './http/temporalLinks.js';

interface ApiSettings {
  /** How long a caller waits for a charge to open, or for an operator's act to be taken, before it is told to ask again, ms. */
  openWaitMs: number;
  /** Requests of one API key that this process answers in a minute. */
  rateLimitPerMinute: number;
  /** Proxies in front that are believed about the caller's address. */
  trustedProxies: number;
  temporalUiUrl: string;
}

/** Everything the API needs from outside; put together by the program that runs it. */
export interface ApiDeps {
  client: Client;
  payments: Payments;
  charges: Charges;
  refunds: Refunds;
  reviews: Reviews;
  evidence: EvidenceStore;
  apiKeys: ApiKeys;
  audit: Audit;
  ledger: Pick<Ledger, 'page' | 'touching'>;
  balances: Pick<Balances, 'upTo'>;
  chart: Chart;
  settlements: Pick<Settlements, 'dueOn' | 'page'>;
  channels: Channels;
  offer: Offer;
  /** Raises when MongoDB does not answer. */
  pingMongo: () => Promise<void>;
  /** True once the process was told to stop: it is then no longer ready. */
  isStopping: () => boolean;
  now: () => Date;
  logger: Logger;
  metrics: ApiMetrics;
  settings: ApiSettings;
}

/** The same as endpoints see it, with what is made of it once. */
export interface ApiContext extends ApiDeps {
  link: TemporalLink;
}

/** Declares one endpoint of this API. */
export const endpoint = endpointWith<ApiContext>();
