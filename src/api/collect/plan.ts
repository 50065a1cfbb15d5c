import { slicesOf } from '../../domain/split.js';
import { chargeTermsOf } from '../../domain/terms.js';
import type { PlannedPart } from '../../domain/shape.js';
import type { NewPayment } from '../../records/payments.js';
import { channelFor, payTimeMinMs, type Offered } from './offer.js';
import { invalidField } from '../http/problem.js';
import type { OpenPaymentBody } from './bodies.js';

/**
 * How a payment is to be collected: alone, in parts at once, or in slices one after the other, each at the channel that
 * collects for its payee. Raises what `channelFor` raises, naming the part.
 */
export function plannedFor(
  deps: Offered,
  body: OpenPaymentBody,
  time: { now: Date; expiresAt: string },
): Pick<NewPayment, 'shape' | 'method' | 'merchantId' | 'terms'> {
  const { productCode } = body;
  const parts = body.parts === undefined ? slicesFor(deps, body, time) : partsFor(deps, body, body.parts, time);
  const [first] = parts;
  if (first === undefined) return plainFor(deps, body);
  const { method, merchantId, channel } = first;
  return {
    shape: { kind: 'split', rule: body.rule ?? 'allOrRefund', serial: body.parts === undefined, parts },
    method: { ...method, channel },
    merchantId,
    terms: deps.offer.termsFor({ channel, productCode }),
  };
}

function plainFor(deps: Offered, { method, payer = {}, productCode }: OpenPaymentBody) {
  if (method === undefined) throw invalidField('/method', 'is needed');
  const { name, merchantId } = channelFor(deps, { method, payer });
  const terms = deps.offer.termsFor({ channel: name, productCode });
  return { shape: { kind: 'plain' }, method, merchantId, terms } as const;
}

function partsFor(
  deps: Offered,
  { payer = {}, productCode }: OpenPaymentBody,
  parts: NonNullable<OpenPaymentBody['parts']>,
  { now, expiresAt }: { now: Date; expiresAt: string },
): PlannedPart[] {
  return parts.map((part, index) => {
    const { partId, amountFen, method, payee = null, settlement = null, share = null } = part;
    const at = `/parts/${index}`;
    const ownExpiry = part.expiresAt ?? expiresAt;
    if (part.expiresAt !== undefined && Date.parse(part.expiresAt) - now.getTime() < payTimeMinMs)
      throw invalidField(`${at}/expiresAt`, 'must be at least a minute from now');
    if (ownExpiry > expiresAt) throw invalidField(`${at}/expiresAt`, 'must not be after that of the payment');
    const account = accountOf(deps, { method, payee, payer }, productCode, at);
    return { partId, partNo: index + 1, amountFen, payee, method, settlement, share, expiresAt: ownExpiry, ...account };
  });
}

function slicesFor(
  deps: Offered,
  { amountFen, method, payer = {}, productCode, slice }: OpenPaymentBody,
  { expiresAt }: { expiresAt: string },
): PlannedPart[] {
  if (slice === undefined || method === undefined) return [];
  const payee = slice.payee ?? null;
  const account = accountOf(deps, { method, payee, payer }, productCode, '');
  return slicesOf(amountFen, slice.maxFen).map((sliceFen, index) => ({
    partId: `slice${index + 1}`,
    partNo: index + 1,
    amountFen: sliceFen,
    payee,
    method,
    settlement: null,
    share: null,
    expiresAt,
    ...account,
  }));
}

/** The channel that collects, with its merchant and what holds for a charge there. */
function accountOf(
  deps: Offered,
  wish: Parameters<typeof channelFor>[1],
  productCode: string,
  at: string,
): Pick<PlannedPart, 'channel' | 'merchantId' | 'terms'> {
  const payee = at === '' ? '/slice/payee' : `${at}/payee`;
  const { name: channel, merchantId } = channelFor(deps, wish, { method: `${at}/method`, payee });
  return { channel, merchantId, terms: chargeTermsOf(deps.offer.termsFor({ channel, productCode })) };
}
