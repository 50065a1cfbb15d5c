import { partRecordId } from '../../domain/ids.js';
import { addFen, fen, toYuan } from '../../domain/money.js';
import type { PaymentTerms } from '../../domain/terms.js';
import type { CartItem } from '../../domain/shape.js';
import type { PaymentRecord } from '../../records/payments.js';
import type { Dependencies } from '../saga/dependencies.js';

/**
 * Writes down the parts of a split payment, each a record of its own, before any of them is opened. Personal data goes from
 * record to record and through no history. Safe to repeat. Raises `Error` for what is no split payment.
 */
export function registerParts(deps: Dependencies) {
  return async ({ paymentId, at }: { paymentId: string; at: string }): Promise<void> => {
    const whole = await deps.payments.find(paymentId);
    if (whole?.shape.kind !== 'split') throw new Error(`there is no split payment ${paymentId}`);
    let offsetFen = fen(0);
    for (const part of whole.shape.parts) {
      const { partId, partNo, payee, settlement, amountFen } = part;
      await deps.payments.register({
        ...requestOf(whole),
        paymentId: partRecordId({ paymentId, partNo }),
        amountFen,
        shape: { kind: 'part', of: paymentId, partId, partNo, payee, settlement, offsetFen },
        method: { ...part.method, channel: part.channel },
        merchantId: part.merchantId,
        expiresAt: part.expiresAt,
        // Late money of a part revives nothing: only all parts together are a premium.
        terms: { ...whole.terms, ...part.terms, latePayment: 'refund' },
        createdAt: at,
      });
      offsetFen = addFen(offsetFen, amountFen);
    }
    if (offsetFen !== whole.amountFen)
      throw new Error(`parts of ${paymentId} come to ${toYuan(offsetFen)} of ${toYuan(whole.amountFen)} yuan`);
  };
}

/**
 * Writes down the items of a cart, each an ordinary payment whose id stands for it for ever. Answers with those ids that
 * stand for something else already; then no channel may be called. Safe to repeat. Raises `Error` for what is no cart.
 */
export function registerItems(deps: Dependencies) {
  return async ({ cartRecordId, at }: { cartRecordId: string; at: string }): Promise<{ conflicting: string[] }> => {
    const cart = await deps.payments.find(cartRecordId);
    if (cart?.shape.kind !== 'cart') throw new Error(`there is no cart ${cartRecordId}`);
    const { cartId, items } = cart.shape;
    const conflicting: string[] = [];
    for (const [index, item] of items.entries()) {
      const { paymentId, proposalNo, productCode, amountFen, subject, channel, merchantId, payee, coinsurance } = item;
      const { kind } = await deps.payments.register({
        ...requestOf(cart),
        ...{ paymentId, proposalNo, productCode, amountFen, subject, coinsurance, merchantId },
        shape: { kind: 'item', cartId, itemNo: index + 1, payee },
        method: { ...cart.method, channel },
        terms: termsOf(cart, item),
        createdAt: at,
      });
      if (kind === 'conflict') conflicting.push(paymentId);
    }
    return { conflicting };
  };
}

/** As the cart's, but for the tax, which is that of the item's own product. */
function termsOf({ terms }: PaymentRecord, { taxBp = 0 }: CartItem): PaymentTerms {
  return { ...terms, taxBp };
}

/** What a part or an item has of the whole. */
function requestOf(whole: PaymentRecord) {
  const { proposalNo, productCode, currency, subject, payer, coinsurance, expiresAt, requestHash, terms, merchantId } =
    whole;
  return { proposalNo, productCode, currency, subject, payer, coinsurance, expiresAt, requestHash, terms, merchantId };
}
