import type { CloseResult, CombinedOrderRef, OpenedCharge, PaymentStep } from '../../activities/index.js';
import type { Evidence } from '../../domain/evidence.js';
import type { Fen } from '../../domain/money.js';
import type { ChargeTerms } from '../../domain/terms.js';
import { atChannel } from '../saga/steps.js';
import type { MethodChange } from './messages.js';

/**
 * What a channel is asked about in one go: one charge that stands alone, or several that one payer pays together. Made when
 * it is about to be opened; from then on nobody needs to know which of the two it is.
 */
export interface ChannelOrder {
  /** The configured channel that speaks for it, its product, and the number it goes by. */
  readonly channel: string;
  readonly product: string;
  readonly no: string;
  /** Makes it payable. `step` is recorded when it is open. Fails with the timeout while the channel leaves it open. */
  open(step: PaymentStep, timeoutMs: number): Promise<OpenedCharge>;
  /** Asks what became of it: a fact for each of its charges. `step` is recorded before. */
  ask(query: number, step: PaymentStep | null): Promise<readonly Evidence[]>;
  /** Asks the channel to close all of it; only a query afterwards proves the end. */
  close(): Promise<CloseResult>;
  /** The payment that one of its charges pays. */
  payeeOf(outTradeNo: string): string;
}

/** One charge under its own number. */
export function alone(
  charge: Required<MethodChange> & { outTradeNo: string; orderedAt: string; expiresAt: string; askedFen: Fen },
  { paymentId, subject }: { paymentId: string; subject: string },
): ChannelOrder {
  const { outTradeNo, orderedAt, expiresAt, merchantId, terms, askedFen } = charge;
  const { channel, product, terminalId = null } = charge.method;
  const ref = { outTradeNo, orderedAt, expiresAt };
  return {
    channel,
    product,
    no: outTradeNo,
    open: (step, scheduleToCloseTimeout) => {
      const order = { ...ref, product, amountFen: askedFen, subject, terminalId };
      return atChannel(channel).openCharge.executeWithOptions(
        { summary: `open ${channel} ${product} ${outTradeNo}`, scheduleToCloseTimeout },
        [{ channel, merchantId, order, terms, step }],
      );
    },
    ask: async (query, step) => [
      await atChannel(channel).queryCharge.executeWithOptions(
        { summary: `query ${query} of ${channel} ${outTradeNo}` },
        [{ paymentId, channel, merchantId, charge: ref, step }],
      ),
    ],
    close: () =>
      atChannel(channel).closeCharge.executeWithOptions({ summary: `close ${channel} ${outTradeNo}` }, [
        { channel, merchantId, charge: ref },
      ]),
    payeeOf: () => paymentId,
  };
}

/** Several charges that one payer pays in one go, each straight to its own merchant. */
export function together(
  order: CombinedOrderRef,
  { product, terms }: { product: string; terms: ChargeTerms },
): ChannelOrder {
  const { channel, combineNo, children } = order;
  return {
    channel,
    product,
    no: combineNo,
    open: (step, scheduleToCloseTimeout) =>
      atChannel(channel).openCombined.executeWithOptions(
        { summary: `open ${channel} ${product} ${combineNo} for ${children.length} items`, scheduleToCloseTimeout },
        [{ order, product, terms, step }],
      ),
    ask: (query, step) =>
      atChannel(channel).queryCombined.executeWithOptions({ summary: `query ${query} of ${channel} ${combineNo}` }, [
        { order, step },
      ]),
    close: () =>
      atChannel(channel).closeCombined.executeWithOptions({ summary: `close ${channel} ${combineNo}` }, [{ order }]),
    payeeOf: (outTradeNo) => {
      const child = children.find((each) => each.outTradeNo === outTradeNo);
      if (child === undefined) throw new Error(`${outTradeNo} is no child of ${combineNo}`);
      return child.paymentId;
    },
  };
}
