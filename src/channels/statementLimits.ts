/** A busy merchant's day, bytes: as it comes and as it is unpacked. */
export const statementBytesMax = 512 * 1024 * 1024;

/** Nobody waits for a statement but the command that fetches it, ms. */
export const statementTimeoutMs = 5 * 60_000;
