import { z } from 'zod';
import { durationMs } from '../platform/duration.js';
import type { ProductRules } from './offer.js';

const rules = z.strictObject({
  latePayment: z.enum(['refund', 'revive']).optional(),
  issueDeadline: durationMs.optional(),
  paymentTtl: durationMs.optional(),
  paymentTtlMax: durationMs.optional(),
  outputTaxBp: z.int().min(0, 'must be at least 0').max(9_999, 'must be at most 9999').optional(),
});

/** `policies` of the channels file: deployments have that name. Everywhere else a policy is the insurance contract. */
export const ruleSettings = z
  .strictObject({ default: rules.default({}), products: z.record(z.string(), rules).default({}) })
  .prefault({});

const builtInRules: ProductRules = {
  latePayment: 'refund',
  issueDeadlineMs: 24 * 3_600_000,
  paymentTtlMs: 30 * 60_000,
  paymentTtlMaxMs: 7 * 24 * 3_600_000,
  taxBp: 0,
};

/** The rules of a product; one that is not listed has the default's. What is wrong is added to `problems`, a sentence each. */
export function rulesOf(
  settings: z.output<typeof ruleSettings>,
  problems: string[],
): (productCode: string) => ProductRules {
  const read = (at: string, wanted: z.output<typeof rules>, base: ProductRules): ProductRules => {
    const result = {
      latePayment: wanted.latePayment ?? base.latePayment,
      issueDeadlineMs: wanted.issueDeadline ?? base.issueDeadlineMs,
      paymentTtlMs: wanted.paymentTtl ?? base.paymentTtlMs,
      paymentTtlMaxMs: wanted.paymentTtlMax ?? base.paymentTtlMaxMs,
      taxBp: wanted.outputTaxBp ?? base.taxBp,
    };
    if (result.paymentTtlMs > result.paymentTtlMaxMs) problems.push(`${at}.paymentTtl is longer than paymentTtlMax.`);
    return result;
  };
  const fallback = read('policies.default', settings.default, builtInRules);
  const byProduct = new Map(
    Object.entries(settings.products).map(([code, wanted]) => [
      code,
      read(`policies.products.${code}`, wanted, fallback),
    ]),
  );
  return (productCode) => byProduct.get(productCode) ?? fallback;
}
