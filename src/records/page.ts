/** A page of a list. `cursor` is opaque to callers; it names the last row they saw. */
export interface PageRequest {
  limit: number;
  cursor: string | null;
}

export interface Page<Row> {
  rows: Row[];
  /** Where the next page starts, null at the end. */
  next: string | null;
}

/** The caller sent a cursor that no list of ours gave out. */
export class BadCursor extends Error {
  override readonly name = 'BadCursor';
}
