import type { Fen, SignedFen } from '../domain/money.js';

/** Money that should arrive from a channel, or that it will hold back for a refund. Written once, from a journal. */
export interface ExpectedSettlement {
  /** Of the journal it follows from. */
  key: string;
  channel: string;
  paymentId: string;
  outTradeNo: string | null;
  /** Positive: to arrive; negative: held back. Before the channel's fee. */
  amountFen: SignedFen;
  /** When the money moved, ISO-8601 UTC. */
  at: string;
  /** When it should arrive, `yyyy-MM-dd` in Shanghai. */
  dueDay: string;
  /** Where. */
  account: string;
}

export interface ChannelSettlement {
  channel: string;
  account: string;
  collectedFen: Fen;
  givenBackFen: Fen;
  count: number;
}

export interface Settlements {
  /** Safe to repeat: the first with a key stays. */
  expect(settlement: ExpectedSettlement): Promise<void>;
  find(key: string): Promise<ExpectedSettlement | null>;
  /** What should arrive on a day, by channel and account. */
  dueOn(day: string): Promise<ChannelSettlement[]>;
  /** The single amounts of a day, by their keys; `afterKey` empty begins. */
  page(of: { day: string; channel?: string; afterKey: string; limit: number }): Promise<ExpectedSettlement[]>;
}
