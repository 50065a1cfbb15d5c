import { createServer } from 'node:http';
import { createApp } from './api/app.js';
import { createApiMetrics } from './api/http/metrics.js';
import { loadOffer } from './offer/loadOffer.js';
import { loadChart } from './ledger/loadChart.js';
import { mongoBalances } from './ledger/mongo/mongoBalances.js';
import { mongoSettlements } from './ledger/mongo/mongoSettlements.js';
import { mongoLedger } from './ledger/mongo/mongoLedger.js';
import { apiConfig } from './platform/config.js';
import { createLogger } from './platform/logger.js';
import { mongoDatabase } from './platform/mongo.js';
import { temporalClient } from './platform/temporal.js';
import { mongoRecords } from './records/mongo/index.js';

/** The API process. It starts while Temporal or MongoDB is away, and reports itself not ready until they are there. */
try {
  await serve();
} catch (error) {
  process.stderr.write(`api not started: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function serve(): Promise<void> {
  const config = apiConfig(process.env);
  const logger = createLogger({ level: config.LOG_LEVEL, program: 'api' });
  const configured = await loadOffer(config.CHANNELS_CONFIG);
  const { client, connection } = temporalClient();
  const { MONGODB_URI: uri, MONGODB_DATABASE: database } = config;
  const mongo = mongoDatabase({ uri, database, appName: 'premium-payments-api' });

  let stopping = false;
  const app = createApp({
    ...mongoRecords(mongo.db),
    client,
    ledger: mongoLedger(mongo.db),
    balances: mongoBalances(mongo.db),
    settlements: mongoSettlements(mongo.db),
    chart: await loadChart(config.LEDGER_CHART),
    channels: configured.channels,
    offer: configured,
    pingMongo: mongo.ping,
    isStopping: () => stopping,
    now: () => new Date(),
    logger,
    metrics: createApiMetrics(
      () => new Map([...configured.channels.keys()].map((name) => [name, configured.isInOffer(name)])),
    ),
    settings: {
      openWaitMs: config.OPEN_WAIT,
      rateLimitPerMinute: config.RATE_LIMIT_PER_MINUTE,
      trustedProxies: config.TRUST_PROXY,
      temporalUiUrl: config.TEMPORAL_UI_URL,
    },
  });

  const server = createServer(app);
  // Longer than the idle time of the proxies usually in front, so that a proxy never sends into a closing connection.
  server.keepAliveTimeout = 75_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.PORT, config.HOST, resolve);
  });
  logger.info({ address: server.address() }, 'api started');

  const signal = await new Promise<NodeJS.Signals>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  stopping = true;
  logger.info({ signal }, 'api stopping: answers what it has, takes nothing new');
  await drain(server, config.SHUTDOWN_WAIT);
  await mongo.close();
  await connection.close();
  logger.info('api stopped');
  // A call to Temporal that waits for its next try would raise now that the connection is closed; nobody waits for it.
  process.exit();
}

/** Lets requests under way finish for at most `limitMs`, then ends their connections: every one of them is safe to repeat. */
async function drain(server: ReturnType<typeof createServer>, limitMs: number): Promise<void> {
  const limit = setTimeout(() => {
    server.closeAllConnections();
  }, limitMs);
  // A connection that was busy when the server closed would be kept for its next request.
  const sweep = setInterval(() => {
    server.closeIdleConnections();
  }, 100);
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
  clearTimeout(limit);
  clearInterval(sweep);
}
