import { addFen, addSignedFen, fen, negateFen, type Fen, type SignedFen } from '../money.js';
import { coinsurancePayable } from './account.js';
import { sharesBetween, sharesOf, wholeBp, type Coinsurance } from './coinsurance.js';
import type { JournalLine } from './journal.js';

/** How a premium is earned: by one insurer or several, with or without tax in it. */
export interface Earning {
  coinsurance: Coinsurance | null;
  /** Output tax within the premium, basis points of what is left of it without. None where it is left out. */
  taxBp?: number;
}

/** From one place of a premium to another. */
interface Stretch {
  fromFen: Fen;
  toFen: Fen;
}

/** The lines by which a stretch of a premium is earned. Zero amounts get no line. */
export function earnedLines(stretch: Stretch, { coinsurance, taxBp = 0 }: Earning): JournalLine[] {
  const { leadFen, followers } = sharesBetween(stretch, coinsurance ?? nobodyElse);
  const leadTaxFen = (premiumFen: Fen): Fen =>
    taxWithin(sharesOf(premiumFen, coinsurance ?? nobodyElse).leadFen, taxBp);
  // Each insurer answers for the tax of its own share.
  const taxFen = addSignedFen(leadTaxFen(stretch.toFen), negateFen(leadTaxFen(stretch.fromFen)));
  const lines: JournalLine[] = [
    { account: 'premiumIncome', amountFen: addSignedFen(taxFen, negateFen(leadFen)) },
    { account: 'outputTax', amountFen: negateFen(taxFen) },
    ...followers.flatMap(({ insurer, grossFen, feeFen }): JournalLine[] => [
      { account: coinsurancePayable(insurer), amountFen: negateFen(grossFen) },
      { account: coinsurancePayable(insurer), amountFen: feeFen },
    ]),
    { account: 'leadFeeIncome', amountFen: negateFen(addFen(...followers.map(({ feeFen }) => feeFen))) },
  ];
  return lines.filter(({ amountFen }) => amountFen !== 0);
}

/**
 * The lines by which it goes back. What goes back in parts comes to exactly what was earned, tax included, whatever the
 * parts are.
 */
export const returnedLines = (stretch: Stretch, earning: Earning): JournalLine[] =>
  earnedLines(stretch, earning).map(({ account, amountFen }) => ({ account, amountFen: negateFen(amountFen) }));

/** One insurer carries all of it. */
const nobodyElse = { lead: { insurer: '', shareBp: wholeBp }, followers: [], leadFeeBp: 0 };

/** The tax in an amount that includes it, rounded down to the fen. */
const taxWithin = (amountFen: SignedFen, taxBp: number): Fen =>
  fen(Math.floor((amountFen * taxBp) / (wholeBp + taxBp)));
