import { z } from 'zod';
import { ownCodes } from '../channel.js';
import type { StatementFetch } from '../channel.js';
import { readAtMost } from '../readAtMost.js';
import { statementBytesMax, statementTimeoutMs } from '../statementLimits.js';
import { toBeijingTime } from './beijingTime.js';
import type { BusinessParameters } from './gateway.js';
import type { Reply } from './reply.js';

export const statementCall = {
  method: 'alipay.data.dataservice.bill.downloadurl.query',
  schema: z.object({ bill_download_url: z.url({ protocol: /^https?$/ }) }),
} as const;

type StatementAnswer = z.output<typeof statementCall.schema>;

/** "No bill" and "no bill yet" have one code (查询对账单下载地址, 错误码). */
const noBill: ReadonlySet<string> = new Set(['isp.bill_not_exist', 'BILL_NOT_EXIST']);

/**
 * The trade bill of a day: the address is asked for and lives thirty seconds; the file behind it carries no signature.
 * A bill is ready about nine in the morning; what is missing at noon of the next day is taken as a day without trades.
 */
export async function fetchStatement(wanted: {
  day: string;
  sellerId: string;
  now: Date;
  ask: (parameters: BusinessParameters) => Promise<Reply<StatementAnswer>>;
}): Promise<StatementFetch> {
  const { day, sellerId, now } = wanted;
  const reply = await wanted.ask({ bill_type: 'trade', bill_date: day });
  if (reply.kind !== 'done') {
    if (!noBill.has(reply.code) || reply.raw?.signature !== 'valid') return { kind: 'unknown', code: reply.code };
    return { kind: isPastNoonAfter(day, now) ? 'nothing' : 'notReady', code: reply.code };
  }
  try {
    const response = await fetch(reply.answer.bill_download_url, { signal: AbortSignal.timeout(statementTimeoutMs) });
    if (!response.ok) return { kind: 'unknown', code: `${ownCodes.http}${response.status}` };
    const bytes = await readAtMost(response, statementBytesMax);
    if (bytes === null) return { kind: 'unknown', code: ownCodes.unreadable };
    return { kind: 'ready', file: { name: `${sellerId}_${day.replaceAll('-', '')}.csv.zip`, bytes } };
  } catch (error) {
    const timedOut = error instanceof Error && error.name === 'TimeoutError';
    return { kind: 'unknown', code: timedOut ? ownCodes.timeout : ownCodes.connectionFailed };
  }
}

function isPastNoonAfter(day: string, now: Date): boolean {
  const noon = Date.parse(`${day}T12:00:00+08:00`) + 24 * 3_600_000;
  return toBeijingTime(now.toISOString()) >= toBeijingTime(new Date(noon).toISOString());
}
