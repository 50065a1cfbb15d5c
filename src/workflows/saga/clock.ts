/** The workflow's own clock, ms: the sandbox replaces `Date`, so that a replay sees the time of the first run. */
export function nowMs(): number {
  return Date.now();
}

/** The same as ISO-8601 UTC. */
export function nowIso(): string {
  return new Date(nowMs()).toISOString();
}

/** `2026-11-22T06:30:00.000Z` → `06:30:00`, for summaries that people read. */
export function timeOfDay(atMs: number): string {
  return new Date(atMs).toISOString().slice(11, 19);
}
