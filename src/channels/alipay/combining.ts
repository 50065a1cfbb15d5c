import { assertNever } from '../../domain/assertNever.js';
import { toYuan } from '../../domain/money.js';
import { conclusionOf, notOffered, ownCodes } from '../channel.js';
import type { CombinedOrder, Combining, OpenResult } from '../channel.js';
import { toBeijingTime } from './beijingTime.js';
import { alipayCodes } from './codes.js';
import type { BusinessParameters, Gateway } from './gateway.js';
import type { Reply } from './reply.js';
import type { AlipaySettings } from './settings.js';
import { mergePrecreateAnswer, subjectFor } from './wire.js';
import type { MergePrecreateAnswer } from './wire.js';

/** Announced to the address of whoever makes the whole; each child is announced by itself. */
const precreate = { method: 'alipay.trade.merge.precreate', schema: mergePrecreateAnswer, notify: true } as const;

/**
 * Merge payment (Alipay OpenAPI: 合并支付), on mobile web only: there is no QR code of it. Every child is a trade of its own
 * application, asked about, closed and refunded there; the whole is no trade that could be asked about. A merchant without
 * mobile web can still be paid by another's order.
 */
export function alipayCombining(
  us: AlipaySettings,
  calls: {
    ask: (call: typeof precreate, parameters: BusinessParameters) => Promise<Reply<MergePrecreateAnswer>>;
    pageUrl: Gateway['pageUrl'];
  },
): Combining {
  const products = us.products.filter((each) => each === 'wap');
  return {
    products,
    // Neither is said in the public documents: few, and as long as every number of ours may be.
    childrenMax: 10,
    number: { field: 'out_merge_no', pattern: /^\w{1,32}$/ },
    account: { merchantId: us.sellerId, appId: us.appId },
    async open(order) {
      if (!products.some((each) => each === order.product)) {
        return notOffered(us.name, `${order.product} to several payees`);
      }
      const reply = await calls.ask(precreate, mergeParameters(order));
      return readPrecreated(reply, order, (preOrderNo) =>
        calls.pageUrl('alipay.trade.wap.merge.pay', { pre_order_no: preOrderNo }),
      );
    },
    together: null,
  };
}

/** From the order alone, so that a repeat has the same business parameters byte for byte. */
function mergeParameters(order: CombinedOrder): BusinessParameters {
  return {
    out_merge_no: order.combineNo,
    time_expire: toBeijingTime(order.expiresAt),
    order_details: order.children.map(({ outTradeNo, payee, amountFen, subject }) => ({
      app_id: payee.appId,
      out_trade_no: outTradeNo,
      seller_id: payee.merchantId,
      product_code: 'QUICK_WAP_WAY',
      total_amount: toYuan(amountFen),
      subject: subjectFor(subject),
    })),
  };
}

/**
 * Opened only when every child is. A refusal is final even after an attempt that timed out: a page whose number was lost was
 * never shown to anyone, so nobody can pay it.
 */
function readPrecreated(
  reply: Reply<MergePrecreateAnswer>,
  order: CombinedOrder,
  pageOf: (preOrderNo: string) => string,
): OpenResult {
  switch (reply.kind) {
    case 'done':
      break;
    case 'turnedAway':
      return { kind: 'refused', code: reply.code, message: reply.message };
    case 'businessFailure':
      return failed(reply.code, reply.message);
    case 'limited':
    case 'unknown':
      return { kind: 'unknown', code: reply.code };
    default:
      return assertNever(reply);
  }
  const { pre_order_no: preOrderNo, out_merge_no: mergeNo, order_detail_results: results } = reply.answer;
  if (!areResultsOf(order, results) || (mergeNo !== undefined && mergeNo !== order.combineNo)) {
    return { kind: 'unknown', code: ownCodes.otherOrder };
  }
  const failures = results.filter(({ success }) => !success).map((result) => result.result_code ?? ownCodes.malformed);
  // What is doubted of one child counts for more than what is refused of another: it may hold money.
  const code = failures.find((each) => !isRefusal(each)) ?? failures[0];
  if (code !== undefined) return failed(code, `${failures.length} of ${results.length} children cannot be paid`);
  return { kind: 'opened', cashier: { kind: 'redirect', url: pageOf(preOrderNo) } };
}

const isRefusal = (code: string): boolean => conclusionOf(alipayCodes.open, code) === 'refused';

const failed = (code: string, message: string): OpenResult =>
  isRefusal(code) ? { kind: 'refused', code, message } : { kind: 'unknown', code };

/** A result for each child and for nothing else, whatever their order. */
function areResultsOf(order: CombinedOrder, results: MergePrecreateAnswer['order_detail_results']): boolean {
  const nameOf = (child: { appId: string; outTradeNo: string }): string => `${child.appId} ${child.outTradeNo}`;
  const children = order.children.map(({ payee, outTradeNo }) => nameOf({ appId: payee.appId, outTradeNo }));
  const named = results.map(({ app_id: appId, out_trade_no: outTradeNo }) => nameOf({ appId, outTradeNo }));
  return children.length === named.length && children.sort().join() === named.sort().join();
}
