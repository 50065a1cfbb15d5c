import { assertNever } from '../../domain/assertNever.js';
import type { Cashier } from '../../domain/cashier.js';
import { conclusionOf } from '../channel.js';
import type { ChargeOrder, OpenResult } from '../channel.js';
import { wechatpayCodes } from './codes.js';
import type { Exchange } from './gateway.js';
import { readReply } from './reply.js';
import type { Reply } from './reply.js';
import type { WechatpaySettings } from './settings.js';
import { scriptParameters } from './signature.js';
import { h5Answer, jsapiAnswer, nativeAnswer } from './wire.js';

/** What opening an order and opening a combined order have in common. */

export type Product = WechatpaySettings['products'][number];

/** The last part of the path of either call. */
export const productPaths: Record<Product, string> = { qr: 'native', jsapi: 'jsapi', h5: 'h5' };

/** Where the payer's device is, which H5 wants to know (H5 下单, 合单下单-H5: scene_info); `more` stands beside it. */
export function sceneOf(product: Product, { clientIp }: ChargeOrder['payer'], more: object = {}): object {
  return product === 'h5' ? { scene_info: { payer_client_ip: clientIp ?? '', ...more, h5_info: { type: 'Wap' } } } : {};
}

/** The answer to an opening, as the payer's way to pay; `at` stamps what the payer's app is given. */
export function readOpened(product: Product, exchange: Exchange, us: WechatpaySettings, at: Date): OpenResult {
  switch (product) {
    case 'qr':
      return opened(readReply(exchange, nativeAnswer), ({ code_url: code }) => ({ kind: 'qr', code }));
    case 'jsapi':
      return opened(readReply(exchange, jsapiAnswer), ({ prepay_id: prepayId }) => ({
        kind: 'script',
        parameters: scriptParameters(us, { prepayId, at }),
      }));
    case 'h5':
      return opened(readReply(exchange, h5Answer), ({ h5_url: url }) => ({
        kind: 'redirect',
        url: withReturn(url, us.returnUrl),
      }));
    default:
      return assertNever(product);
  }
}

function opened<T>(reply: Reply<T>, cashierOf: (answer: T) => Cashier): OpenResult {
  switch (reply.kind) {
    case 'done':
      return { kind: 'opened', cashier: cashierOf(reply.answer) };
    case 'failure':
      return conclusionOf(wechatpayCodes.open, reply.code) === 'refused'
        ? { kind: 'refused', code: reply.code, message: reply.message }
        : { kind: 'unknown', code: reply.code };
    case 'unknown':
      return { kind: 'unknown', code: reply.code };
    default:
      return assertNever(reply);
  }
}

/** H5 支付: the page goes back to `redirect_url` when the payer is done. */
function withReturn(url: string, returnUrl: string | null): string {
  if (returnUrl === null) return url;
  const page = new URL(url);
  page.searchParams.set('redirect_url', returnUrl);
  return page.href;
}
