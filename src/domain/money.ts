/** An amount of money in fen (1/100 yuan): a whole number, zero or more. */
export type Fen = number & { readonly unit: 'fen' };

/** An amount that may go the other way, in fen: a whole number of either sign. Every `Fen` is one. */
export type SignedFen = number & { readonly unit: 'fen' | 'signedFen' };

/** Raises RangeError for anything that is not a whole, non-negative number of fen. */
export function fen(value: number): Fen {
  if (toSignedFen(value) < 0) throw new RangeError(`${String(value)} fen is negative`);
  return value as Fen;
}

/** Raises RangeError for anything that is not a whole number of fen. */
export function toSignedFen(value: number): SignedFen {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${String(value)} is not a whole number of fen`);
  return value as SignedFen;
}

export function addFen(...amounts: readonly Fen[]): Fen {
  return fen(addSignedFen(...amounts));
}

export function addSignedFen(...amounts: readonly SignedFen[]): SignedFen {
  return toSignedFen(amounts.reduce((sum: number, amount) => sum + amount, 0));
}

/** Nothing stays plain zero: `-0` would be another number to a test and to a hash. */
export const negateFen = (amountFen: SignedFen): SignedFen => toSignedFen(0 - amountFen);

/** Raises RangeError when more would be taken than there is: money is never owed by arithmetic. */
export function subtractFen(from: { haveFen: Fen; takeFen: Fen }): Fen {
  return fen(from.haveFen - from.takeFen);
}

/** `12810` → `"128.10"`: yuan with exactly two decimals, by string arithmetic and never through a fraction. */
export function toYuan(amountFen: Fen): string {
  const digits = String(amountFen).padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** `"128.1"` → `12810`. Raises RangeError unless the text is a plain decimal with at most two decimals. */
export function fromYuan(text: string): Fen {
  const parts = /^(\d{1,13})(?:\.(\d{1,2}))?$/.exec(text);
  if (parts === null) throw new RangeError(`"${text}" is not an amount in yuan`);
  const [, yuan = '', cents = ''] = parts;
  return fen(Number(yuan + cents.padEnd(2, '0')));
}
