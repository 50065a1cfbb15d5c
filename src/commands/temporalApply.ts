import { ServiceError } from '@temporalio/client';
import { applyTemporalContract } from '../platform/applyTemporalContract.js';
import { temporalAddress, temporalClient } from '../platform/temporal.js';
import { temporalFile } from '../platform/temporalContract.js';

const address = temporalAddress();
const where = `namespace ${address.namespace} at ${address.connectionOptions.address ?? 'localhost:7233'}`;
const { client, connection } = temporalClient(address);
try {
  const contract = await temporalFile();
  await connection.ensureConnected();
  const changes = await applyTemporalContract(client, connection, contract);
  for (const change of changes) console.log(`${where}: ${change}`);
  if (changes.length === 0) console.log(`${where}: nothing to change`);
} catch (error) {
  const reason = error instanceof ServiceError && error.cause instanceof Error ? error.cause.message : undefined;
  console.error(`${where}: ${error instanceof Error ? error.message : String(error)}${reason ? ` (${reason})` : ''}`);
  process.exitCode = 1;
} finally {
  await connection.close();
}
