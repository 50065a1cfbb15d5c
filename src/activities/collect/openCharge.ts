import { ApplicationFailure } from '@temporalio/activity';
import type { Channel, ChargeOrder } from '../../channels/channel.js';
import type { Cashier } from '../../domain/cashier.js';
import { failures } from '../../domain/failures.js';
import type { ChargeTerms } from '../../domain/terms.js';
import type { PaymentStep } from '../../records/payments.js';
import { counters } from '../saga/counters.js';
import { channelOf, happenedNow, type Dependencies } from '../saga/dependencies.js';

export interface OpenCharge {
  channel: string;
  merchantId: string;
  /** Without the payer, who has no place in a history. */
  order: Omit<ChargeOrder, 'payer'>;
  terms: ChargeTerms;
  /** Recorded when the charge is open. */
  step: PaymentStep;
}

export type OpenedCharge = { kind: 'opened'; cashier: Cashier } | { kind: 'refused'; code: string; message: string };

/**
 * Makes the order payable at its channel. The charge is on record before the channel hears of it. Safe to repeat: the
 * number is the same, so a first call that took effect unheard is found rather than doubled.
 * Raises `ChargeOpeningUnknown` while the channel's answer leaves it open.
 */
export function openCharge(deps: Dependencies) {
  return async ({ channel: name, merchantId, order, terms, step }: OpenCharge): Promise<OpenedCharge> => {
    const channel = channelOf(deps, { name, merchantId });
    const { outTradeNo, product, amountFen, orderedAt, expiresAt } = order;
    const { paymentId } = step;
    const known = await deps.charges.register({
      outTradeNo,
      paymentId,
      combined: null,
      channel: name,
      product,
      merchantId,
      amountFen,
      orderedAt,
      expiresAt,
      terms,
    });
    // An attempt before this one had opened it and told the payer; what a worker set up otherwise would say now is no news.
    if (known.status === 'open' && known.cashier !== null) {
      await deps.payments.advance({ ...happenedNow(step, deps), outTradeNo });
      return { kind: 'opened', cashier: known.cashier };
    }
    const payer = await payerFor(deps, { channel, product, paymentId });
    // Its first registration says when it was ordered: on some channels another time would be another order.
    const result = await channel.open({ ...order, orderedAt: known.orderedAt, payer });
    counters.chargesOpened.add(1, { channel: name, result: result.kind });
    switch (result.kind) {
      case 'opened':
        await deps.charges.advance({ outTradeNo, version: step.version, status: 'open', cashier: result.cashier });
        await deps.payments.advance({ ...happenedNow(step, deps), outTradeNo });
        return { kind: 'opened', cashier: result.cashier };
      case 'refused':
        await deps.charges.advance({ outTradeNo, version: step.version, status: 'refused' });
        return { kind: 'refused', code: result.code, message: result.message };
      case 'unknown':
        throw ApplicationFailure.retryable(
          'the channel did not say whether the charge is open',
          failures.chargeOpeningUnknown,
          {
            outTradeNo,
            code: result.code,
          },
        );
    }
  };
}

const nobody: ChargeOrder['payer'] = { openid: null, clientIp: null };

/** Personal data is read only where the product needs it. */
export async function payerFor(
  { payments }: Dependencies,
  { channel, product, paymentId }: { channel: Channel; product: string; paymentId: string },
): Promise<ChargeOrder['payer']> {
  if (!channel.needs(product).some((need) => need.startsWith('payer.'))) return nobody;
  const { openid = null, clientIp = null } = (await payments.find(paymentId))?.payer ?? {};
  return { openid, clientIp };
}
