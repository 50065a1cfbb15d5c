import { z } from 'zod';
import { assertNever } from '../../domain/assertNever.js';
import { conclusionOf, eachChild, noAnswer, notOffered, ownCodes } from '../channel.js';
import type {
  CombinedChild,
  CombinedFact,
  CombinedOrder,
  CombinedReading,
  CombinedRef,
  Combining,
} from '../channel.js';
import { readClosed } from './readClosed.js';
import { wechatpayCodes } from './codes.js';
import type { Exchange } from './gateway.js';
import { productPaths, readOpened, sceneOf } from './opening.js';
import type { Product } from './opening.js';
import { readOrder } from './readOrder.js';
import { readReply } from './reply.js';
import type { Reply } from './reply.js';
import type { WechatpaySettings } from './settings.js';
import { atMost, combinedAnswer, subOrder, subOrderName, toBeijingTime } from './wire.js';
import type { CombinedAnswer } from './wire.js';

type Call = (request: { method: 'GET' | 'POST'; pathWithQuery: string; content?: object }) => Promise<Exchange>;

/**
 * Combined payment (WeChat Pay API v3: 合单支付): one password and one debit, and every sub order goes to its own merchant
 * number. The platform knows the sub orders together only: they are asked about and closed by the number of the whole.
 */
export function wechatpayCombining(us: WechatpaySettings, now: () => Date, call: Call): Combining {
  return {
    products: us.products,
    childrenMax: 50,
    number: { field: 'combine_out_trade_no', pattern: /^[0-9A-Za-z_\-|*]{2,32}$/ },
    account: { merchantId: us.mchId, appId: us.appId },
    async open(order) {
      const product = us.products.find((each) => each === order.product);
      if (product === undefined) return notOffered(us.name, order.product);
      const pathWithQuery = `${combinePath}/${productPaths[product]}`;
      const exchange = await call({ method: 'POST', pathWithQuery, content: orderContent(us, product, order) });
      return readOpened(product, exchange, us, now());
    },
    together: {
      async query(order) {
        const exchange = await call({ method: 'GET', pathWithQuery: orderPath(order) });
        return readQuery(readReply(exchange, combinedAnswer), order, us);
      },
      /** All of the sub orders as they were made, or the platform refuses (合单关闭订单). */
      async close(order) {
        const content = { combine_appid: us.appId, sub_orders: order.children.map(nameOf) };
        const exchange = await call({ method: 'POST', pathWithQuery: `${orderPath(order)}/close`, content });
        return readClosed(readReply(exchange, z.null()));
      },
    },
  };
}

const combinePath = '/v3/combine-transactions';
const orderPath = ({ combineNo }: CombinedRef): string =>
  `${combinePath}/out-trade-no/${encodeURIComponent(combineNo)}`;

/** A combined H5 order names a device of ours; there is none behind a web page, so all have one name. */
const deviceId = 'premium-web';

const nameOf = ({ payee, outTradeNo }: CombinedChild) => ({ mchid: payee.merchantId, out_trade_no: outTradeNo });

/** From the order alone, so that a repeat is byte for byte the same. A sub order has no application of its own. */
function orderContent(us: WechatpaySettings, product: Product, order: CombinedOrder): object {
  return {
    combine_appid: us.appId,
    combine_mchid: us.mchId,
    combine_out_trade_no: order.combineNo,
    sub_orders: order.children.map((child) => ({
      ...nameOf(child),
      // Wanted by the platform and of no use to us: it only comes back.
      attach: child.outTradeNo,
      description: atMost(127, child.subject),
      amount: { total_amount: child.amountFen, currency: 'CNY' },
    })),
    time_expire: toBeijingTime(order.expiresAt),
    notify_url: us.notifyUrl,
    ...(product === 'jsapi' ? { combine_payer_info: { openid: order.payer.openid ?? '' } } : {}),
    ...sceneOf(product, order.payer, { device_id: deviceId }),
  };
}

function readQuery(reply: Reply<CombinedAnswer>, order: CombinedRef, us: WechatpaySettings): CombinedReading {
  const raw = reply.raw ?? noAnswer;
  const all = (outcome: CombinedFact['outcome']): CombinedReading => eachChild(order, { outcome, raw });
  switch (reply.kind) {
    case 'done': {
      const { answer } = reply;
      const ours =
        answer.combine_out_trade_no === order.combineNo &&
        answer.combine_mchid === us.mchId &&
        answer.combine_appid === us.appId;
      if (!ours) return all({ kind: 'unknown', code: ownCodes.otherOrder });
      return { facts: order.children.map((child) => factOf(child, answer.sub_orders)), raw };
    }
    case 'failure':
      return conclusionOf(wechatpayCodes.query, reply.code) === 'absent'
        ? all({ kind: 'absent' })
        : all({ kind: 'unknown', code: reply.code });
    case 'unknown':
      return all({ kind: 'unknown', code: reply.code });
    default:
      return assertNever(reply);
  }
}

/** By the sub order's own state: that all fare alike is expected of the platform, and never relied on. */
function factOf({ outTradeNo }: CombinedChild, subOrders: readonly unknown[]): CombinedFact {
  const unknown = (code: string): CombinedFact => ({ outTradeNo, merchantId: '', outcome: { kind: 'unknown', code } });
  const [named, ...others] = subOrders.filter((each) => subOrderName.safeParse(each).data?.out_trade_no === outTradeNo);
  if (named === undefined || others.length > 0) return unknown(ownCodes.otherOrder);
  const read = subOrder.safeParse(named);
  if (!read.success) return unknown(ownCodes.malformed);
  return { outTradeNo, merchantId: read.data.mchid, outcome: readOrder(read.data) };
}
