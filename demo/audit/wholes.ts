import { checked, sumFen, type Check } from './check.js';
import type { Audited } from './gather.js';
import { returnedOf } from './premiums.js';
import { itemsOf, partsOf, type PaymentRow } from './shapes.js';

/** Parts make up their payment and items their cart, in what was asked for and in what was paid. */
export function wholes(audited: Audited): Check[] {
  const of = (kind: PaymentRow['shape']['kind']) => audited.payments.filter(({ shape }) => shape.kind === kind);
  const [splits, carts] = [of('split'), of('cart')];
  return [
    checked(
      'parts come to their payment, and hold its premium when it is issued',
      { payments: splits.length, parts: of('part').length, amountFen: sumFen(splits, ({ amountFen }) => amountFen) },
      splits.flatMap((split) => splitProblems(split, audited)),
    ),
    checked(
      'items come to their cart, and what its charges were paid is theirs or went back',
      { carts: carts.length, items: of('item').length, amountFen: sumFen(carts, ({ amountFen }) => amountFen) },
      carts.flatMap((cart) => cartProblems(cart, audited)),
    ),
  ];
}

function splitProblems(split: PaymentRow, audited: Audited): string[] {
  const { _id, amountFen, status } = split;
  const parts = partsOf(split, audited);
  const askedFen = sumFen(parts, (part) => part.amountFen);
  const heldFen = sumFen(parts, (part) => part.paidFen - returnedOf(part, audited, ['undo', 'late']));
  const dueFen = status === 'issued' ? amountFen : 0;
  return [
    ...(askedFen === amountFen ? [] : [`parts of ${_id} come to ${askedFen} fen, not to ${amountFen}`]),
    ...(status === 'needsAttention' || heldFen === dueFen
      ? []
      : [`${_id} is ${status}, and its parts hold ${heldFen} fen instead of ${dueFen}`]),
  ];
}

function cartProblems(cart: PaymentRow, audited: Audited): string[] {
  const { _id, amountFen, status } = cart;
  const items = itemsOf(cart, audited);
  const ids = [cart, ...items].map((row) => row._id);
  const askedFen = sumFen(items, (item) => item.amountFen);
  const chargedFen = sumFen(
    audited.charges.filter(({ paymentId }) => ids.includes(paymentId)),
    ({ paidFen }) => paidFen,
  );
  const theirsFen = sumFen(items, ({ paidFen }) => paidFen);
  const backFen = returnedOf(cart, audited);
  return [
    ...(askedFen === amountFen ? [] : [`items of ${_id} come to ${askedFen} fen, not to ${amountFen}`]),
    ...(status === 'needsAttention' || chargedFen === theirsFen + backFen
      ? []
      : [`${_id} was paid ${chargedFen} fen; its items have ${theirsFen}, and ${backFen} went back`]),
  ];
}
