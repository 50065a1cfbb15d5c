import type { Receipt } from '../../domain/charge.js';
import { paysSeveral } from '../../domain/ids.js';
import { itemReceived, premiumReceived } from '../../domain/book/entries.js';
import type { Fen } from '../../domain/money.js';
import type { PaymentStep } from '../../records/payments.js';
import type { Dependencies } from '../saga/dependencies.js';
import { countReceived } from '../collect/receivePremium.js';

export interface ReceiveCart {
  /** One, or of a combined order one for each item. */
  charges: readonly { outTradeNo: string; channel: string; receipt: Receipt }[];
  items: readonly { paymentId: string; amountFen: Fen; outTradeNo: string }[];
  /** How it became known first, for the counters. */
  knownBy: string;
  step: PaymentStep;
}

/**
 * Books each item's premium and records cart and items as paid. Safe to repeat: journals are keyed by charge and item,
 * steps are numbered. Raises `Error` when the items do not come to what was paid: a bug, and nothing is written.
 */
export function receiveCart(deps: Dependencies) {
  return async ({ charges, items, knownBy, step }: ReceiveCart): Promise<void> => {
    for (const charge of charges) assertComplete(charge, items);
    for (const { outTradeNo, channel, receipt } of charges) {
      const own = items.filter((item) => item.outTradeNo === outTradeNo);
      const { tradeNo, paidFen, paidAt } = receipt;
      for (const { paymentId, amountFen } of own) {
        const received = { paymentId, outTradeNo, channel, amountFen, at: paidAt };
        // A child of a combined order is booked as any payment's charge is.
        await deps.ledger.post(paysSeveral(outTradeNo) ? itemReceived(received) : premiumReceived(received));
      }
      await deps.charges.advance({ outTradeNo, version: step.version, status: 'paid', tradeNo, paidFen, paidAt });
      countReceived(deps, { channel, receipt, knownBy });
    }
    const paidFen = items.reduce((sum, { amountFen }) => sum + amountFen, 0) as Fen;
    await deps.payments.advance({ ...step, paidFen });
    for (const { paymentId, amountFen, outTradeNo } of items) {
      const paid = { status: 'paid', paidFen: amountFen, outTradeNo, events: [] } as const;
      await deps.payments.advance({ paymentId, writer: 'received', version: 1, ...paid });
    }
  };
}

function assertComplete({ outTradeNo, receipt }: ReceiveCart['charges'][number], items: ReceiveCart['items']): void {
  const itemsFen = items
    .filter((item) => item.outTradeNo === outTradeNo)
    .reduce((sum, { amountFen }) => sum + amountFen, 0);
  if (itemsFen !== receipt.paidFen)
    throw new Error(`items of ${outTradeNo} come to ${itemsFen} fen, and ${receipt.paidFen} were paid`);
}
