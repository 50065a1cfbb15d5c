import { createHash } from 'node:crypto';
import { conclusionOf, ownCodes, statementLimits } from '../channel.js';
import type { Statements } from '../channel.js';
import { wechatpayCodes } from './codes.js';
import type { Exchange } from './gateway.js';
import { readReply } from './reply.js';
import type { WechatpaySettings } from './settings.js';
import { billAnswer } from './wire.js';

/**
 * The trade bill of a day (WeChat Pay API v3: 申请交易账单, 下载账单): the platform names an address, which we sign as it
 * stands, and the hash its unsigned content must have. Our authorisation goes to the platform's own host and no other.
 */
export function wechatpayStatements(
  { mchId, gatewayUrl }: WechatpaySettings,
  call: (request: { method: 'GET'; pathWithQuery: string; bytesMax?: number; timeoutMs?: number }) => Promise<Exchange>,
): Statements {
  return {
    async fetchStatement(day) {
      const pathOfBill = `/v3/bill/tradebill?bill_date=${day}&bill_type=ALL`;
      const reply = readReply(await call({ method: 'GET', pathWithQuery: pathOfBill }), billAnswer);
      if (reply.kind === 'unknown') return { kind: 'unknown', code: reply.code };
      if (reply.kind === 'failure') {
        return { kind: conclusionOf(wechatpayCodes.fetchStatement, reply.code) ?? 'unknown', code: reply.code };
      }
      const address = new URL(reply.answer.download_url);
      if (address.host !== new URL(gatewayUrl).host) return { kind: 'unknown', code: ownCodes.statementElsewhere };
      const pathWithQuery = `${address.pathname}${address.search}`;
      const file = await call({ method: 'GET', pathWithQuery, ...statementLimits });
      if (file.kind === 'failed') return { kind: 'unknown', code: file.code };
      if (file.status !== 200) return { kind: 'unknown', code: `${ownCodes.http}${file.status}` };
      const bytes = file.raw.body;
      const hash = createHash('sha1').update(bytes).digest('hex');
      if (hash !== reply.answer.hash_value.toLowerCase()) return { kind: 'unknown', code: ownCodes.statementDiffers };
      return { kind: 'ready', file: { name: `${mchId}_${day.replaceAll('-', '')}.csv`, bytes } };
    },
  };
}
