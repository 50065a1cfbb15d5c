import type { z } from 'zod';
import type { ChargeRecord } from '../../records/charges.js';
import type { EvidenceRecord } from '../../records/evidence.js';
import type { PaymentRecord } from '../../records/payments.js';
import type {
  charge as chargeSchema,
  evidence as evidenceSchema,
  OpenedPayment,
  PaymentView,
} from './paymentSchema.js';

export function liveCharge(charge: ChargeRecord | null): OpenedPayment['charge'] {
  if (charge === null) return null;
  const { outTradeNo, channel, product, cashier } = charge;
  return { outTradeNo, channel, product, cashier };
}

export function chargeView(charge: ChargeRecord): z.input<typeof chargeSchema> {
  const { outTradeNo, channel, product, status, amountFen, paidFen, tradeNo, paidAt, orderedAt, expiresAt } = charge;
  return { outTradeNo, channel, product, status, amountFen, paidFen, tradeNo, paidAt, orderedAt, expiresAt };
}

export function evidenceView(record: EvidenceRecord): z.input<typeof evidenceSchema> {
  const { evidenceId, source, outTradeNo, signature, rejected, receivedAt } = record;
  const outcome = record.evidence?.outcome ?? null;
  const paidFen = outcome !== null && 'paidFen' in outcome ? outcome.paidFen : null;
  return { evidenceId, source, outTradeNo, outcome: outcome?.kind ?? null, paidFen, signature, rejected, receivedAt };
}

export const timelineOf = ({ timeline }: PaymentRecord): PaymentView['timeline'] =>
  timeline.map(({ type, at, detail }) => ({ type, at, detail }));
