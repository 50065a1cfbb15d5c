import { createHash } from 'node:crypto';
import { ownCodes } from '../channel.js';
import type { StatementFetch } from '../channel.js';
import { statementBytesMax, statementTimeoutMs } from '../statementLimits.js';
import type { Exchange } from './gateway.js';
import { readReply } from './reply.js';
import { billAnswer } from './wire.js';

/**
 * The trade bill of a day (WeChat Pay API v3: 申请交易账单, 下载账单): the platform names an address, which we sign as it
 * stands, and the hash its unsigned content must have. Our authorisation goes to the platform's own host and no other.
 */
export async function fetchStatement(wanted: {
  day: string;
  mchId: string;
  gatewayUrl: string;
  call: (request: { method: 'GET'; pathWithQuery: string; bytesMax?: number; timeoutMs?: number }) => Promise<Exchange>;
}): Promise<StatementFetch> {
  const { day, mchId, call } = wanted;
  const asked = await call({ method: 'GET', pathWithQuery: `/v3/bill/tradebill?bill_date=${day}&bill_type=ALL` });
  const reply = readReply(asked, billAnswer);
  switch (reply.kind) {
    case 'unknown':
      return { kind: 'unknown', code: reply.code };
    case 'failure':
      if (reply.code === 'NOSTATEMENTEXIST') return { kind: 'nothing', code: reply.code };
      return { kind: reply.code === 'STATEMENTCREATING' ? 'notReady' : 'unknown', code: reply.code };
    case 'done':
      break;
  }
  const address = new URL(reply.answer.download_url);
  if (address.host !== new URL(wanted.gatewayUrl).host) return { kind: 'unknown', code: 'BILL_AT_ANOTHER_HOST' };
  const file = await call({
    method: 'GET',
    pathWithQuery: `${address.pathname}${address.search}`,
    bytesMax: statementBytesMax,
    timeoutMs: statementTimeoutMs,
  });
  if (file.kind === 'failed') return { kind: 'unknown', code: file.code };
  if (file.status !== 200) return { kind: 'unknown', code: `${ownCodes.http}${file.status}` };
  const bytes = file.raw.body;
  const hash = createHash('sha1').update(bytes).digest('hex');
  if (hash !== reply.answer.hash_value.toLowerCase()) return { kind: 'unknown', code: 'BILL_HASH_DIFFERS' };
  return { kind: 'ready', file: { name: `${mchId}_${day.replaceAll('-', '')}.csv`, bytes } };
}
