import { z } from 'zod';
import { answer } from './answers.js';
import type { Answer } from './answers.js';
import type { Message } from './message.js';
import type { GivingBack, Order } from './orders.js';
import { claimedFen } from './orders.js';
import { amount, time } from './placeOrder.js';
import type { Platform } from './platform.js';
import { endGivingBack, isSettled } from './trades.js';

const body = z.object({
  txnType: z.enum(['04', '31']),
  txnSubType: z.literal('00'),
  bizType: z.enum(['000201', '000000']),
  merId: z.string(),
  orderId: z.string().regex(/^[0-9A-Za-z]{8,40}$/),
  txnTime: time,
  txnAmt: amount,
  origQryId: z.string().regex(/^\d{21}$/),
  backUrl: z.url({ protocol: /^https?$/ }),
  reqReserved: z.string().min(1).max(1024).optional(),
});

/** 退货 and 消费撤销: accepted first, done afterwards. What is refused leaves no transaction behind. */
export function giveBack(platform: Platform, message: Message): Answer {
  const parsed = body.safeParse(message);
  if (!parsed.success) return answer('10');
  const asked = parsed.data;
  const { orders, faults, now } = platform;
  if (orders.findGivingBack(asked) !== undefined || orders.find(asked) !== undefined) return answer('12');
  const order = orders.findByQueryId(asked.merId, asked.origQryId);
  if (order === undefined) return answer('35');
  const refused = faults.take('refundRefused', { outTradeNo: order.orderId, method: 'refund' });
  if (refused !== undefined) return answer(refused.code ?? '64');
  const kind = asked.txnType === '04' ? 'refund' : 'undo';
  const amountFen = Number(asked.txnAmt);
  const broken =
    kind === 'refund' ? whyNotRefundable(platform, order, amountFen) : whyNotUndoable(platform, order, amountFen);
  if (broken !== undefined) return answer(broken);

  const back: GivingBack = {
    kind,
    merId: asked.merId,
    orderId: asked.orderId,
    txnTime: asked.txnTime,
    amountFen,
    backUrl: asked.backUrl,
    reqReserved: asked.reqReserved ?? '',
    trace: orders.trace(now()),
    status: 'underWay',
  };
  order.givenBack.push(back);
  moveOn(platform, order, back);
  return answer('00', { queryId: back.trace.queryId, origQryId: asked.origQryId });
}

/** Whether the money moves now, or what else becomes of it. A stuck one waits until it is asked about. */
function moveOn(platform: Platform, order: Order, back: GivingBack): void {
  const occasion = { outTradeNo: order.orderId };
  if (platform.faults.find('refundStuck', occasion) !== undefined) return;
  const failed = platform.faults.take('refundFailed', occasion);
  endGivingBack(platform, order, back, failed === undefined ? undefined : (failed.code ?? '61'));
}

/** A terminal's sale can be refunded only when its batch was settled; a browser's at once. */
function whyNotRefundable(platform: Platform, order: Order, amountFen: number): string | undefined {
  if (order.givenBack.some(({ kind, status }) => kind === 'undo' && status !== 'failed')) return '35';
  if (order.termId !== undefined && !isSettled(platform, order)) return '39';
  return claimedFen(order) + amountFen > (order.payment?.paidFen ?? 0) ? '36' : undefined;
}

/** Whole, on the day of the payment, and only what nothing was given back of. */
function whyNotUndoable(platform: Platform, order: Order, amountFen: number): string | undefined {
  if (isSettled(platform, order) || claimedFen(order) > 0) return '35';
  return amountFen === order.payment?.paidFen ? undefined : '36';
}
