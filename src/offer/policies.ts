import { z } from 'zod';
import { durationMs } from '../platform/duration.js';

/** What the business wants for an insurance product. */
export interface ProductPolicy {
  latePayment: 'refund' | 'revive';
  issueDeadlineMs: number;
  /** How long a payer has when the core does not say, ms. */
  paymentTtlMs: number;
  /** The longest the core may ask for, ms. */
  paymentTtlMaxMs: number;
  /** Output tax within premiums, basis points of what is left of them without. */
  taxBp: number;
}

const policy = z.strictObject({
  latePayment: z.enum(['refund', 'revive']).optional(),
  issueDeadline: durationMs.optional(),
  paymentTtl: durationMs.optional(),
  paymentTtlMax: durationMs.optional(),
  outputTaxBp: z.int().min(0, 'must be at least 0').max(9_999, 'must be at most 9999').optional(),
});

/** `policies` of the channels file. */
export const policySettings = z
  .strictObject({ default: policy.default({}), products: z.record(z.string(), policy).default({}) })
  .prefault({});

const builtInPolicy: ProductPolicy = {
  latePayment: 'refund',
  issueDeadlineMs: 24 * 3_600_000,
  paymentTtlMs: 30 * 60_000,
  paymentTtlMaxMs: 7 * 24 * 3_600_000,
  taxBp: 0,
};

/** The policy of a product; one that is not listed has the default. What is wrong is added to `problems`, a sentence each. */
export function policiesOf(
  settings: z.output<typeof policySettings>,
  problems: string[],
): (productCode: string) => ProductPolicy {
  const read = (at: string, asked: z.output<typeof policy>, base: ProductPolicy): ProductPolicy => {
    const result = {
      latePayment: asked.latePayment ?? base.latePayment,
      issueDeadlineMs: asked.issueDeadline ?? base.issueDeadlineMs,
      paymentTtlMs: asked.paymentTtl ?? base.paymentTtlMs,
      paymentTtlMaxMs: asked.paymentTtlMax ?? base.paymentTtlMaxMs,
      taxBp: asked.outputTaxBp ?? base.taxBp,
    };
    if (result.paymentTtlMs > result.paymentTtlMaxMs) problems.push(`${at}.paymentTtl is longer than paymentTtlMax.`);
    return result;
  };
  const fallback = read('policies.default', settings.default, builtInPolicy);
  const byProduct = new Map(
    Object.entries(settings.products).map(([code, asked]) => [
      code,
      read(`policies.products.${code}`, asked, fallback),
    ]),
  );
  return (productCode) => byProduct.get(productCode) ?? fallback;
}
