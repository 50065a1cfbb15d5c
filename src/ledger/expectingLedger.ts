import { owingChannelOf } from '../domain/book/account.js';
import type { JournalEntry } from '../domain/book/journal.js';
import { journalKeys } from '../domain/book/journalKeys.js';
import { settlementDay, type SettlementTerms, type WorkCalendar } from '../domain/book/settlement.js';
import { negateFen } from '../domain/money.js';
import type { Ledger } from './ledger.js';
import type { Settlements } from './settlements.js';

/**
 * A ledger that writes down, for everything a channel comes to owe us or gives back, when and where the money should arrive, by the
 * terms that hold now. The journal is first: a repeat after a crash between the two writes the rest.
 */
export function expectingLedger(
  ledger: Ledger,
  settlements: Settlements,
  rules: { termsOf: (channel: string) => SettlementTerms; calendar: WorkCalendar },
): Ledger {
  const expectationsOf = ({ key, paymentId, outTradeNo, at, lines, settleAfterDays }: JournalEntry) =>
    lines.flatMap(({ account, amountFen }) => {
      const channel = owingChannelOf(account);
      if (channel === null) return [];
      const terms = rules.termsOf(channel);
      const paced = settleAfterDays === undefined ? terms : { ...terms, afterDays: settleAfterDays };
      const dueDay = settlementDay(at, paced, rules.calendar);
      return [{ key, channel, paymentId, outTradeNo, amountFen, at, dueDay, account: terms.account }];
    });
  return {
    ...ledger,
    async post(entry) {
      await ledger.post(entry);
      for (const expectation of expectationsOf(entry)) await settlements.expect(expectation);
    },
    async reverse(reversal) {
      await ledger.reverse(reversal);
      const expected = await settlements.find(reversal.key);
      if (expected === null) return;
      // The same day and place: what does not arrive is missing where it was due.
      const key = journalKeys.reversed(reversal.key);
      await settlements.expect({ ...expected, key, at: reversal.at, amountFen: negateFen(expected.amountFen) });
    },
  };
}
