import { cartRecordId } from '../../domain/ids.js';
import type { PaymentRecord } from '../../records/payments.js';
import type { Dependencies } from '../saga/dependencies.js';
import { differences, type Compared } from './differences.js';

type Stores = Pick<Dependencies, 'payments' | 'charges' | 'refunds' | 'reviews'>;
type Deps = Stores & { ledger: Pick<Dependencies['ledger'], 'ofPayment'> };

/** So many records are compared by one step: some seconds' work, and an answer that a workflow can hold. */
const recordsMax = 200;

export interface BookDifference {
  paymentId: string;
  problem: string;
}

export interface ComparedBook {
  compared: number;
  differences: BookDifference[];
  /** Where the next step begins; null when every record has been compared. */
  next: string | null;
}

/**
 * Holds the next records after an id (`''` begins) against their journals (payments, their parts, carts and their items),
 * and answers what differs. One under way may differ for the moment between its journal and its record. Reads only.
 */
export function compareBook(deps: Deps) {
  return async ({ after }: { after: string }): Promise<ComparedBook> => {
    const found: BookDifference[] = [];
    let compared = 0;
    for await (const payment of deps.payments.walk(after)) {
      const { paymentId } = payment;
      for (const problem of await settledDifferences(deps, payment)) found.push({ paymentId, problem });
      compared += 1;
      if (compared === recordsMax) return { compared, differences: found, next: paymentId };
    }
    return { compared, differences: found, next: null };
  };
}

/** The same for all records, step after step. Answers how many records were compared. */
export async function compareWithRecords(
  ledger: Deps['ledger'],
  records: Stores,
  tell: (difference: BookDifference) => void,
): Promise<number> {
  const compareNext = compareBook({ ...records, ledger });
  let compared = 0;
  for (let after: string | null = ''; after !== null;) {
    const step: ComparedBook = await compareNext({ after });
    step.differences.forEach(tell);
    compared += step.compared;
    after = step.next;
  }
  return compared;
}

/** Looks once more before it says so: what the walk read may have moved on since. */
async function settledDifferences(deps: Deps, payment: PaymentRecord): Promise<string[]> {
  const found = differences(await everythingOf(deps, payment));
  if (found.length === 0) return found;
  const now = (await deps.payments.find(payment.paymentId)) ?? payment;
  return differences(await everythingOf(deps, now));
}

async function everythingOf(deps: Deps, payment: PaymentRecord): Promise<Compared> {
  const { paymentId } = payment;
  const [journals, charges, refunds, family] = await Promise.all([
    deps.ledger.ofPayment(paymentId),
    deps.charges.ofPayment(paymentId),
    deps.refunds.ofPayment(paymentId),
    familyOf(deps, payment),
  ]);
  const { members = [], memberJournals = [], whole = null } = family;
  const reviews = await deps.reviews.openOf([paymentId, ...members.map((member) => member.paymentId)]);
  const waiting = new Set(reviews.map((review) => review.paymentId));
  return { payment, charges, refunds, journals, members, memberJournals, whole, waiting };
}

/** What else has to agree with a record of its kind. */
async function familyOf({ payments, ledger }: Deps, { paymentId, shape }: PaymentRecord): Promise<Partial<Compared>> {
  switch (shape.kind) {
    case 'plain':
      return {};
    case 'split':
      return { members: await payments.partsOf([paymentId]) };
    case 'cart': {
      const members = await payments.itemsOf([shape.cartId]);
      const memberJournals = await Promise.all(members.map((item) => ledger.ofPayment(item.paymentId)));
      return { members, memberJournals: memberJournals.flat() };
    }
    case 'part':
      return { whole: await payments.find(shape.of) };
    case 'item':
      return { whole: await payments.find(cartRecordId(shape.cartId)) };
  }
}
