import { cartRecordId } from '../../domain/ids.js';
import { chargeTermsOf } from '../../domain/terms.js';
import type { PaymentSummary } from '../../workflows/collect/messages.js';
import { audited, type Asked } from '../http/audited.js';
import type { ApiDeps } from '../deps.js';
import type { PaymentRecord } from '../../records/payments.js';
import { everythingOf, relatedTo } from '../views/related.js';
import { cancelRunning, queryRunning, switchRunning } from './askRunning.js';
import { channelFor } from './offer.js';
import { refused } from './openPayment.js';
import { findPayment } from '../views/readPayments.js';
import { invalidField, Problem } from '../http/problem.js';
import type { OpenedPayment } from '../views/paymentSchema.js';
import type { SwitchMethodBody } from './bodies.js';
import { openedView } from '../views/payment.js';
import type { TemporalLink } from '../http/temporalLinks.js';

/** What callers may ask of a payment that is under way. Each is on record in the audit, taken or not. */
export interface PaymentActs {
  /**
   * Closes the live charge and opens one of another method. Raises the problems `already-paid` when the old one was
   * found paid, `not-possible-now`, `channel-refused`, and `channel-unavailable`.
   */
  switchMethod(paymentId: string, wish: SwitchMethodBody, asked: Asked): Promise<OpenedPayment>;
  /** The same for one part of a split payment, at the account of the same payee. Raises `not-found` for an unknown part. */
  switchPartMethod(
    of: { paymentId: string; partId: string },
    wish: SwitchMethodBody,
    asked: Asked,
  ): Promise<OpenedPayment>;
  /** Safe to repeat. The end is `closed`, or `paid` when money was first; an ended payment is answered as it is. */
  cancel(paymentId: string, reason: string, asked: Asked): Promise<OpenedPayment>;
  /** Asks the channel now. Safe to repeat. Raises the problem `not-possible-now` once nothing waits for the channel. */
  queryNow(paymentId: string, asked: Asked): Promise<OpenedPayment>;
}

export function createPaymentActs(deps: ApiDeps, link: TemporalLink): PaymentActs {
  /** The payment afterwards, as its workflow says where that has spoken of it. */
  const answer = async (payment: PaymentRecord, summary: PaymentSummary | null = null): Promise<OpenedPayment> => {
    const everything = await everythingOf(deps, payment);
    return openedView(payment, { ...everything, ...(summary === null ? {} : { summary }), link });
  };

  const changeMethod = async (
    payment: PaymentRecord,
    { method, payer = {} }: SwitchMethodBody,
    payee: string | null,
  ): Promise<PaymentSummary> => {
    const { paymentId, productCode } = payment;
    assertPaid(deps, { payee, channel: method.channel });
    const wish = { method, payee, payer: { ...payment.payer, ...payer } };
    const { merchantId, name: channel } = channelFor(deps, wish);
    const terms = chargeTermsOf(deps.offer.termsFor({ channel, productCode }));
    const change = { method: { ...method, channel }, merchantId, terms };
    // Before the charge is opened, which reads it.
    if (Object.keys(payer).length > 0) await deps.payments.describePayer(paymentId, payer);
    const summary = await switchRunning(deps, payment, change);
    if (summary.refusal !== null) throw refused(summary.refusal);
    return summary;
  };

  return {
    async switchMethod(paymentId, wish, asked) {
      const payment = await findPayment(deps, paymentId);
      const act = { act: 'switchMethod', target: paymentId, detail: { ...wish.method } } as const;
      return audited(deps, asked, act, async () => {
        assertByItself(payment, 'Another method is chosen');
        assertInOne(payment);
        return answer(payment, await changeMethod(payment, wish, null));
      });
    },

    async switchPartMethod({ paymentId, partId }, wish, asked) {
      const payment = await findPayment(deps, paymentId);
      const { parts } = await relatedTo(deps, [payment]);
      const part = parts.find(({ shape }) => shape.kind === 'part' && shape.partId === partId);
      if (part?.shape.kind !== 'part')
        throw new Problem('not-found', `There is no part ${partId} of payment ${paymentId}.`);
      const { payee } = part.shape;
      const act = { act: 'switchMethod', target: paymentId, detail: { ...wish.method, partId } } as const;
      await audited(deps, asked, act, () => changeMethod(part, wish, payee));
      return answer(await findPayment(deps, paymentId));
    },

    async cancel(paymentId, reason, asked) {
      const payment = await findPayment(deps, paymentId);
      return audited(deps, asked, { act: 'cancel', target: paymentId, detail: { reason } }, async () => {
        assertByItself(payment, 'It is cancelled');
        const summary = await cancelRunning(deps, payment, reason);
        return answer(summary === null ? await findPayment(deps, paymentId) : payment, summary);
      });
    },

    async queryNow(paymentId, asked) {
      const payment = await findPayment(deps, paymentId);
      return audited(deps, asked, { act: 'query', target: paymentId, detail: {} }, async () => {
        const collecting = { by: asked.caller.name, collector: collectingFor(payment) };
        const summary = await queryRunning(deps, payment, collecting);
        // A cart's words are not about one of its items.
        return answer(payment, payment.shape.kind === 'item' ? null : summary);
      });
    },
  };
}

/** The record whose workflow collects the money of a payment. */
const collectingFor = ({ paymentId, shape }: PaymentRecord): string =>
  shape.kind === 'item' ? cartRecordId(shape.cartId) : paymentId;

/** An item is paid with its cart, and ends with it. Raises the problem `not-possible-now`, naming the cart. */
function assertByItself({ paymentId, shape }: PaymentRecord, what: string): void {
  if (shape.kind !== 'item') return;
  const { cartId } = shape;
  throw new Problem('not-possible-now', `Payment ${paymentId} is an item of cart ${cartId}. ${what} with its cart.`, {
    members: { cartId },
  });
}

/** A payment in parts has no method of its own. Raises the problem `not-possible-now`, naming where its parts change theirs. */
function assertInOne({ paymentId, shape }: PaymentRecord): void {
  if (shape.kind !== 'split') return;
  throw new Problem('not-possible-now', 'A payment in parts changes the method of a part: name one.', {
    members: { parts: shape.parts.map(({ partId }) => `/v1/payments/${paymentId}/parts/${partId}/charges`) },
  });
}

/** A part stays with its payee, whom the other channel must be able to pay. Raises the validation problem. */
function assertPaid(
  { channels, offer }: Pick<ApiDeps, 'channels' | 'offer'>,
  wish: { channel: string; payee: string | null },
): void {
  if (channels.has(wish.channel) && offer.collectorFor(wish) === null)
    throw invalidField('/method/channel', `has no account of ${String(wish.payee)}`);
}
