import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client, Connection } from '@temporalio/client';
import type { Express } from 'express';
import type { Db } from 'mongodb';
import { createApp } from '../../src/api/app.js';
import type { ApiDeps } from '../../src/api/deps.js';
import { createApiMetrics } from '../../src/api/http/metrics.js';
import { collections } from '../../src/collections.js';
import { createLogger } from '../../src/platform/logger.js';
import { defaultChart } from '../../src/domain/book/chart.js';
import { mongoBalances } from '../../src/ledger/mongo/mongoBalances.js';
import { mongoSettlements } from '../../src/ledger/mongo/mongoSettlements.js';
import { mongoLedger } from '../../src/ledger/mongo/mongoLedger.js';
import { migrate } from '../../src/platform/migrate.js';
import { roles, type Role } from '../../src/records/apiKeys.js';
import { sha256Hex } from '../../src/records/evidenceId.js';
import { mongoRecords, type Records } from '../../src/records/mongo/index.js';
import { TestChannel } from './testChannel.js';

export interface TestApi {
  app: Express;
  url: string;
  records: Records;
  channel: TestChannel;
  /** Channels that take no new charges. */
  outOfOffer: Set<string>;
  /** Lines the API logged. */
  logged: string[];
  /** Sends a request with the key of a role, or without one. JSON bodies are made from objects; text is sent as it is. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** Sends a callback to the address of a channel, the test channel's unless said. */
  callback(body: string | Buffer, channel?: string): Promise<{ status: number; text: string }>;
  stop(): Promise<void>;
}

export interface CallOptions {
  as?: Role;
  key?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

/** A key of each role, in the shape `pk_{keyId}_{secret}`. */
export const keyOf = (role: Role): string => `pk_${role.padEnd(8, '0')}_${role.padEnd(43, 'x')}`;

/** A client of a Temporal that is away: nothing listens on port 1. */
export const temporalAway = (): Client =>
  new Client({ connection: Connection.lazy({ address: '127.0.0.1:1', connectTimeout: 500 }) });

export async function startTestApi(
  db: Db,
  client: Client,
  change: (deps: ApiDeps) => Partial<ApiDeps> = () => ({}),
): Promise<TestApi> {
  await migrate(db, collections);
  const records = mongoRecords(db);
  for (const role of roles) await addKey(records, role);
  const channel = new TestChannel();
  const outOfOffer = new Set<string>();
  const logged: string[] = [];
  const deps: ApiDeps = {
    ...records,
    ledger: mongoLedger(db),
    balances: mongoBalances(db),
    settlements: mongoSettlements(db),
    chart: defaultChart,
    client,
    channels: new Map([[channel.name, channel]]),
    offer: {
      rulesFor: () => testRules,
      termsFor: () => testTerms,
      isInOffer: (name) => !outOfOffer.has(name),
      collectorFor: ({ channel: name, payee }) => (payee === null ? name : null),
      siblingsOf: () => [],
      payees: new Map(),
    },
    pingMongo: async () => {
      await db.command({ ping: 1 });
    },
    isStopping: () => false,
    now: () => new Date(),
    logger: createLogger({ level: 'info', program: 'test' }, { write: (line) => logged.push(line) }),
    metrics: createApiMetrics(),
    settings: {
      openWaitMs: 8_000,
      rateLimitPerMinute: 100_000,
      trustedProxies: 0,
      temporalUiUrl: 'http://ui.example:8233/',
    },
  };
  const app = createApp({ ...deps, ...change(deps) });
  const { server, url } = await listen(app);

  return {
    app,
    url,
    records,
    channel,
    outOfOffer,
    logged,
    async call(method, path, { as, key = as === undefined ? undefined : keyOf(as), body, headers = {} } = {}) {
      const response = await fetch(url + path, {
        method,
        headers: {
          ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.includes('json') === true;
      const read = isJson ? (JSON.parse(text) as Record<string, unknown>) : { text };
      return { status: response.status, headers: response.headers, body: read };
    },
    async callback(body, name = channel.name) {
      const response = await fetch(`${url}/v1/callbacks/${name}`, { method: 'POST', body: body.toString() });
      return { status: response.status, text: await response.text() };
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/**
 * Channels of two companies: the company's own, which combines; `life`'s at the same provider, told of at either address;
 * and one of another provider, which combines nothing and where only the company has an account.
 */
export function severalChannels(combines: 'together' | 'oneByOne' = 'together') {
  const own = new TestChannel({ combines });
  const life = new TestChannel({ name: 'testpay-life', merchantId: 'M0002', combines });
  const plain = new TestChannel({ name: 'plainpay', merchantId: 'M0003' });
  const payees = new Map([
    ['life', { name: 'life', entity: '某某人寿', owner: 'finance-life', channels: new Map([[own.name, life.name]]) }],
  ]);
  const offer: Pick<ApiDeps['offer'], 'collectorFor' | 'siblingsOf' | 'payees'> = {
    collectorFor: ({ channel, payee }) =>
      payee === null ? channel : (payees.get(payee)?.channels.get(channel) ?? null),
    siblingsOf: (name) => [own.name, life.name].filter((other) => name !== plain.name && other !== name),
    payees,
  };
  const all = [own, life, plain];
  const change = (deps: ApiDeps): Partial<ApiDeps> => ({
    channels: new Map(all.map((channel) => [channel.name, channel])),
    offer: { ...deps.offer, ...offer },
  });
  return { own, life, plain, all, change };
}

const testRules = {
  latePayment: 'refund',
  issueDeadlineMs: 86_400_000,
  paymentTtlMs: 30 * 60_000,
  paymentTtlMaxMs: 7 * 86_400_000,
  taxBp: 0,
} as const;

/** Long enough that no query disturbs a test that is about something else. */
export const testTerms = {
  queryGapsMs: [600_000],
  refundGapsMs: [1_000],
  closeMarginMs: 60_000,
  issueDeadlineMs: 86_400_000,
  latePayment: 'refund',
} as const;

export const aPaymentBody = (paymentId: string, changes: object = {}) => ({
  paymentId,
  proposalNo: 'TP2026110001',
  productCode: 'AUTO-CI',
  amountFen: 1_280_00,
  currency: 'CNY',
  subject: '机动车商业保险',
  payer: { name: '张三', mobile: '13800000000' },
  method: { channel: 'testpay', product: 'qr' },
  ...changes,
});

async function addKey({ apiKeys }: Records, role: Role): Promise<void> {
  const secretSha256 = sha256Hex(role.padEnd(43, 'x'));
  if ((await apiKeys.findBySecret(secretSha256)) !== null) return; // A second API on the same database.
  await apiKeys.add({
    keyId: role.padEnd(8, '0'),
    name: `${role}-system`,
    roles: [role],
    secretSha256,
    createdAt: new Date().toISOString(),
  });
}

async function listen(app: Express): Promise<{ server: Server; url: string }> {
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
