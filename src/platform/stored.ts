import { Long } from 'mongodb';
import { fen, type Fen, type SignedFen } from '../domain/money.js';

/** Fen in a document. Written as a 64-bit integer always: the driver would store a number above 2^31 as a fraction. */
export type StoredFen = Long | number;

export function storeFen(amountFen: number): StoredFen {
  return Long.fromNumber(amountFen);
}

export function readFen(stored: StoredFen): Fen {
  return fen(readSignedFen(stored));
}

/** For journal lines, where credits are negative. Not checked: whoever proves the book must be able to read any number. */
export function readSignedFen(stored: StoredFen): SignedFen {
  return (typeof stored === 'number' ? stored : stored.toNumber()) as SignedFen;
}

/** ISO-8601 UTC to the database's own time. Raises RangeError for text that is no time. */
export function storeTime(iso: string): Date {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) throw new RangeError(`"${iso}" is not a time`);
  return time;
}

/** ISO-8601 UTC with milliseconds. */
export function readTime(stored: Date): string {
  return stored.toISOString();
}

export function storeTimeOrNull(iso: string | null): Date | null {
  return iso === null ? null : storeTime(iso);
}

export function readTimeOrNull(stored: Date | null): string | null {
  return stored === null ? null : readTime(stored);
}
