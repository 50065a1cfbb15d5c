/** Stored evidence from the command line: what there is, and whether its signatures still hold. */
import { parseArgs } from 'node:util';
import { verifyEvidence } from '../api/evidence/verifyEvidence.js';
import { loadOffer } from '../offer/loadOffer.js';
import { channelsConfig, databaseConfig } from '../platform/config.js';
import { mongoDatabase } from '../platform/mongo.js';
import type { EvidenceRecord, EvidenceStore } from '../records/evidence.js';
import { mongoRecords } from '../records/mongo/index.js';

const usage = `Usage:
  npm run evidence -- verify EVIDENCEID [--json]
  npm run evidence -- list [--payment PAYMENTID | --channel NAME] [--rejected] [--json]
verify ends with 0 when the signature holds, with 1 when it does not or cannot be checked.`;

/** The newest are shown. */
const listedMax = 200;

class Usage extends Error {}

try {
  const { positionals, values } = parseArguments();
  const { MONGODB_URI: uri, MONGODB_DATABASE: database } = databaseConfig(process.env);
  const mongo = mongoDatabase({ uri, database, appName: 'premium-payments-evidence' });
  await run(mongoRecords(mongo.db).evidence, positionals, values).finally(mongo.close);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = error instanceof Usage ? 2 : 1;
}

function parseArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        payment: { type: 'string' },
        channel: { type: 'string' },
        rejected: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new Usage(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}

async function run(
  evidence: EvidenceStore,
  [command, evidenceId, ...more]: readonly string[],
  options: ReturnType<typeof parseArguments>['values'],
): Promise<void> {
  if (command === 'verify' && evidenceId !== undefined && more.length === 0) {
    await verify(evidence, evidenceId, options.json);
  } else if (command === 'list' && evidenceId === undefined) {
    await list(evidence, options);
  } else throw new Usage(usage);
}

async function verify(evidence: EvidenceStore, evidenceId: string, json: boolean): Promise<void> {
  const { channels } = await loadOffer(channelsConfig(process.env).CHANNELS_CONFIG);
  const record = await evidence.find(evidenceId);
  if (record === null) throw new Error(`There is no evidence ${evidenceId}.`);
  const verification = verifyEvidence(channels, record);
  if (json) console.log(JSON.stringify({ evidenceId, ...verification }));
  else {
    console.log(`${describe(record)}
  bytes      ${record.body.length}, SHA-256 ${record.bodySha256}: ${verification.bytes}
  signature  ${verification.signature ?? 'not checked'}, key ${verification.keyId ?? 'none'}
${verification.detail}`);
  }
  process.exitCode = verification.bytes === 'asReceived' && verification.signature === 'valid' ? 0 : 1;
}

async function list(
  evidence: EvidenceStore,
  { payment, channel, rejected, json }: ReturnType<typeof parseArguments>['values'],
): Promise<void> {
  const filter = { ...(channel === undefined ? {} : { channel }), ...(rejected ? { rejected } : {}) };
  const found =
    payment === undefined
      ? (await evidence.list(filter, { limit: listedMax, cursor: null })).rows
      : (await evidence.ofPayment(payment)).filter((record) => !rejected || record.rejected !== null);
  for (const record of found) console.log(json ? JSON.stringify(facts(record)) : describe(record));
}

function describe(record: EvidenceRecord): string {
  const { receivedAt, outTradeNo, signature, rejected, source, channel } = record;
  const outcome = rejected ?? record.evidence?.outcome.kind ?? 'not about a charge';
  return `${record.evidenceId}  ${receivedAt}  ${channel} ${source}  ${outTradeNo ?? '-'}  ${outcome}  ${signature}`;
}

function facts(record: EvidenceRecord) {
  const { evidenceId, channel, source, outTradeNo, paymentId, signature, keyId, rejected, bodySha256 } = record;
  const { receivedAt, deliveredAt } = record;
  const outcome = record.evidence?.outcome.kind ?? null;
  const about = { evidenceId, channel, source, outTradeNo, paymentId, outcome };
  return { ...about, signature, keyId, rejected, bodySha256, receivedAt, deliveredAt };
}
