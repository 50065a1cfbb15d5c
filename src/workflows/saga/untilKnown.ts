import { allHandlersFinished, workflowInfo } from '@temporalio/workflow';

/** Something sent to the outside whose outcome only an answer settles, not the passing of time. */
export interface Unknown<Known> {
  /** The nth try to learn the outcome, from 1; null while it stays unknown. The first may be the sending itself. */
  ask: (tries: number) => Promise<Known | null>;
  /** What has become known during the wait by another way, such as a callback; null when nothing has. */
  heard?: () => Known | null;
  /** Between tries: a pause that news may end, or, after enough of them, a person who is asked. */
  wait: (tries: number) => Promise<void>;
  /** Hands over to a new run before the history grows too long; left out where the tries are few by themselves. */
  goOnAfresh?: (tries: number) => Promise<never>;
  /** Hands over after so many events, where the server does not suggest it earlier. */
  afterEvents?: number | undefined;
}

/**
 * Asks until the answer is definite. Silence is no answer, so there is no limit: `wait` brings in a person, and `goOnAfresh` keeps
 * any number of tries from growing one history. `from`: the tries a former run has made.
 */
export async function untilKnown<Known>(unknown: Unknown<Known>, from = 0): Promise<Known> {
  const { ask, heard, wait, goOnAfresh, afterEvents } = unknown;
  for (let tries = from + 1; ; tries += 1) {
    const known = await ask(tries);
    if (known !== null) return known;
    await wait(tries);
    const news = heard?.() ?? null;
    if (news !== null) return news;
    if (goOnAfresh !== undefined && isHistoryLong(afterEvents)) await goOnAfresh(tries);
  }
}

/**
 * Whether this run should hand over to a new one, and may: the server suggests it, or `afterEvents` are reached, and no
 * caller waits for an answer of this run.
 */
export function isHistoryLong(afterEvents = Number.POSITIVE_INFINITY): boolean {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  return (continueAsNewSuggested || historyLength >= afterEvents) && allHandlersFinished();
}
