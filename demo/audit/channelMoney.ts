import type { SeenOrder } from '../seen.js';
import { checked, sumFen, type Check } from './check.js';
import type { Audited } from './gather.js';

/** What the channel holds for us is what our charges, our refunds and our books say, order by order. */
export function channelMoney(audited: Audited): Check[] {
  const { orders, charges } = audited;
  const orderNos = new Set(orders.map(({ outTradeNo }) => outTradeNo));
  const paidWithoutOrder = charges.filter(({ _id, paidFen }) => paidFen > 0 && !orderNos.has(_id));
  return [
    checked(
      'the channel holds what the books say, order by order',
      {
        orders: orders.length,
        paidFen: sumFen(orders, ({ paidFen }) => paidFen),
        refundedFen: sumFen(orders, ({ refundedFen }) => refundedFen),
      },
      [
        ...orders.flatMap((order) => orderProblems(order, audited)),
        ...paidWithoutOrder.map(({ _id }) => `${_id} is paid with us, and unknown to the channel`),
      ],
    ),
  ];
}

function orderProblems(order: SeenOrder, { charges, reviews, refunds, journals }: Audited): string[] {
  const { outTradeNo } = order;
  const charge = charges.find(({ _id }) => _id === outTradeNo);
  if (charge === undefined) return [`${outTradeNo} is at the channel and not with us`];
  // Facts in doubt are not booked before a person has settled them.
  if (reviews.some(({ paymentId }) => paymentId === charge.paymentId) && charge.paidFen === 0) return [];
  const refundedFen = sumFen(
    refunds.filter((refund) => refund.outTradeNo === outTradeNo && refund.status === 'refunded'),
    ({ amountFen }) => amountFen,
  );
  const bookedFen = sumFen(
    journals.filter((journal) => journal.outTradeNo === outTradeNo).flatMap(({ lines }) => lines),
    ({ account, amountFen }) => (account.startsWith('channelReceivable:') ? amountFen : 0),
  );
  const differences = [
    ['paid', charge.paidFen, order.paidFen],
    ['refunded', refundedFen, order.refundedFen],
    ['booked', bookedFen, order.paidFen - order.refundedFen],
  ] as const;
  return differences
    .filter(([, oursFen, theirsFen]) => oursFen !== theirsFen)
    .map(([what, oursFen, theirsFen]) => `${outTradeNo}: ${what} ${oursFen} fen with us, ${theirsFen} at the channel`);
}
