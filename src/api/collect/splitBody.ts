import { z } from 'zod';
import { shareOf, wholeBp } from '../../domain/book/coinsurance.js';
import { partsMax } from '../../domain/ids.js';
import { settlementPaces, splitRules } from '../../domain/shape.js';
import { method, movedFen, partId, payee, timeIn } from '../http/values.js';

const splitPart = z
  .strictObject({
    partId,
    amountFen: movedFen,
    payee: payee.optional(),
    method,
    settlement: z
      .enum(settlementPaces)
      .optional()
      .meta({ description: 'When its money is due to arrive; as its channel does it unless said.' }),
    share: z
      .int('must be a whole number of basis points')
      .min(1, 'must be at least 1')
      .max(wholeBp, `must be at most ${wholeBp}`)
      .optional()
      .meta({ description: 'What part of the whole it is, basis points (1/10000); then every part says so.' }),
    expiresAt: timeIn.optional().meta({ description: 'When it can no longer be paid; with the payment unless said.' }),
  })
  .meta({ id: 'SplitPart' });

export const parts = z
  .array(splitPart)
  .min(2, 'must be at least two')
  .max(partsMax, `must be at most ${partsMax}`)
  .meta({
    description: 'Several charges at once, each with its own account and way to pay. They come to `amountFen`.',
  });

export const slice = z
  .strictObject({
    maxFen: movedFen.meta({ description: 'The most that is paid at once, fen.' }),
    payee: payee.optional(),
  })
  .meta({
    id: 'Slice',
    description: 'Paid piece by piece by the one `method`, each opened when the one before is paid.',
  });

export const splitRule = z.enum(splitRules).meta({
  description:
    'What becomes of a payment whose time is over while only some parts are paid: all goes back, or a person decides. Default `allOrRefund`.',
});

/** What the fields of a payment in parts must be to one another. */
export function checkSplit(
  body: {
    amountFen: number;
    method?: unknown;
    parts?: readonly z.output<typeof splitPart>[] | undefined;
    slice?: { maxFen: number } | undefined;
    rule?: unknown;
    expiresAt?: string | undefined;
  },
  context: z.core.$RefinementCtx,
): void {
  const wrong = (path: (string | number)[], message: string): void => {
    context.addIssue({ code: 'custom', path, message });
  };
  if (body.parts === undefined) {
    if (body.method === undefined) wrong(['method'], 'is needed');
    if (body.rule !== undefined && body.slice === undefined) wrong(['rule'], 'is for payments in parts or slices');
    if (body.slice !== undefined) {
      const count = Math.ceil(body.amountFen / body.slice.maxFen);
      if (count > partsMax) wrong(['slice', 'maxFen'], `would make ${count} slices; at most ${partsMax} are possible`);
    }
    return;
  }
  if (body.method !== undefined) wrong(['method'], 'is said by each part');
  if (body.slice !== undefined) wrong(['slice'], 'is for payments without parts');
  checkParts(body.parts, body.amountFen, wrong);
  body.parts.forEach(({ expiresAt }, index) => {
    if (expiresAt !== undefined && body.expiresAt !== undefined && expiresAt > body.expiresAt)
      wrong(['parts', index, 'expiresAt'], 'must not be after that of the payment');
  });
}

function checkParts(
  all: readonly z.output<typeof splitPart>[],
  amountFen: number,
  wrong: (path: (string | number)[], message: string) => void,
): void {
  const sumFen = all.reduce((sum, each) => sum + each.amountFen, 0);
  if (sumFen !== amountFen) wrong(['parts'], `must come to ${amountFen} fen, not to ${sumFen}`);
  const twice = all.findIndex((each, index) => all.findIndex((other) => other.partId === each.partId) !== index);
  if (twice > 0) wrong(['parts', twice, 'partId'], 'is named before');
  const shares = all.flatMap(({ share }) => (share === undefined ? [] : [share]));
  if (shares.length === 0) return;
  if (shares.length < all.length) {
    wrong(['parts', all.findIndex(({ share }) => share === undefined), 'share'], 'is needed, since others have one');
    return;
  }
  const sumBp = shares.reduce((sum, share) => sum + share, 0);
  if (sumBp !== wholeBp) {
    wrong(['parts'], `must share ${wholeBp} basis points, not ${sumBp}`);
    return;
  }
  // As insurers share: each is rounded down, and what rounding leaves is the first one's.
  all.forEach((each, index) => {
    const others = all.slice(1).reduce((sum, { share = 0 }) => sum + shareOf(amountFen, share), 0);
    const dueFen = index === 0 ? amountFen - others : shareOf(amountFen, each.share ?? 0);
    if (each.amountFen !== dueFen) wrong(['parts', index, 'amountFen'], `must be ${dueFen} fen for its share`);
  });
}
