/** An amount of money in fen (1/100 yuan): a whole number, zero or more. */
export type Fen = number & { readonly unit: 'fen' };

/** Raises RangeError for anything that is not a whole, non-negative number of fen. */
export function fen(value: number): Fen {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${String(value)} is not a whole number of fen`);
  if (value < 0) throw new RangeError(`${String(value)} fen is negative`);
  return value as Fen;
}

export function addFen(...amounts: readonly Fen[]): Fen {
  return fen(amounts.reduce((sum: number, amount) => sum + amount, 0));
}

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
