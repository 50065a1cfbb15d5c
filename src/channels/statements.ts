/** The channel's own list of a day's money. */
export interface Statements {
  /**
   * Fetches the statement of one day, as the channel makes it: nothing in it is read here. Reads only, safe to repeat. It
   * may take minutes. `day` is `yyyy-MM-dd`, a day of the channel's (Beijing).
   */
  fetchStatement(day: string): Promise<StatementFetch>;
}

export type StatementFetch =
  | { kind: 'ready'; file: StatementFile }
  /** The channel is still making it: ask later. */
  | { kind: 'notReady'; code: string }
  /** The channel says that nothing happened that day. */
  | { kind: 'nothing'; code: string }
  | { kind: 'unknown'; code: string };

interface StatementFile {
  /** As the channel names it, or as we do where it gives no name; a plain file name. */
  name: string;
  bytes: Buffer;
}

/** A busy merchant's day, as it comes and as it is unpacked; nobody waits for it but who fetches it. */
export const statementLimits = { bytesMax: 512 * 1024 * 1024, timeoutMs: 5 * 60_000 } as const;
