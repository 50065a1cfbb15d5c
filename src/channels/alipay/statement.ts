import { z } from 'zod';
import { conclusionOf, ownCodes, statementLimits } from '../channel.js';
import type { Statements } from '../channel.js';
import { exchange } from '../exchange.js';
import type { Clock } from '../protocol.js';
import { alipayCodes } from './codes.js';
import type { BusinessParameters } from './gateway.js';
import type { Reply } from './reply.js';
import type { AlipaySettings } from './settings.js';

const address = {
  method: 'alipay.data.dataservice.bill.downloadurl.query',
  schema: z.object({ bill_download_url: z.url({ protocol: /^https?$/ }) }),
} as const;

type AddressAnswer = z.output<typeof address.schema>;

/**
 * The trade bill of a day: the address is asked for and lives thirty seconds; the file behind it carries no signature.
 * A bill is ready about nine in the morning; what is missing at noon of the next day is taken as a day without trades.
 */
export function alipayStatements(
  { sellerId }: AlipaySettings,
  clock: Clock,
  ask: (call: typeof address, parameters: BusinessParameters) => Promise<Reply<AddressAnswer>>,
): Statements {
  return {
    async fetchStatement(day) {
      const reply = await ask(address, { bill_type: 'trade', bill_date: day });
      if (reply.kind !== 'done') {
        const { code, raw } = reply;
        const noBill = conclusionOf(alipayCodes.fetchStatement, code) === 'notReady' && raw?.signature === 'valid';
        if (!noBill) return { kind: 'unknown', code };
        return { kind: isPastNoonAfter(day, clock.now()) ? 'nothing' : 'notReady', code };
      }
      const answer = await exchange(reply.answer.bill_download_url, {}, statementLimits);
      if (answer.kind === 'failed') return { kind: 'unknown', code: answer.code };
      const { status, body: bytes } = answer;
      if (status < 200 || status > 299) return { kind: 'unknown', code: `${ownCodes.http}${status}` };
      return { kind: 'ready', file: { name: `${sellerId}_${day.replaceAll('-', '')}.csv.zip`, bytes } };
    },
  };
}

/** Beijing's. */
const isPastNoonAfter = (day: string, now: Date): boolean =>
  now.getTime() >= Date.parse(`${day}T12:00:00+08:00`) + 24 * 3_600_000;
