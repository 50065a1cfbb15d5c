import { condition, getExternalWorkflowHandle, setHandler, TemporalFailure } from '@temporalio/workflow';
import { fen, type Fen } from '../../domain/money.js';
import type { PartNews, PartPaymentInput, PartWord } from './messages.js';
import { partNewsSignal, partWordSignal } from './messages.js';
import { RunningPayment } from '../collect/runningPayment.js';

/** How long a part may hear nothing before it looks whether its order is still there; then it looks each week. */
const firstSilence = '1 day';
const furtherSilence = '7 days';

/**
 * A part while its workflow runs: a payment that tells its order where it stands, and is told by it what becomes of its
 * money. It outlives whatever becomes of the order.
 */
export class RunningPart extends RunningPayment {
  readonly part: PartPaymentInput;
  /** The order wants nothing more of this part. */
  ended = false;
  /** What becomes of its money. */
  word: Extract<PartWord, { kind: 'giveBack' | 'issued' }> | null = null;
  reopenUntil: string | null = null;
  /** The order's workflow does not exist any more, or has ended without this part. */
  orderGone = false;
  receipt: PartNews['receipt'] = null;
  /** What a person has decided of money in doubt; done when the order says so, for it may be having the policy issued. */
  withdrawn: 'sendBack' | 'gone' | null = null;
  paidFen: Fen = fen(0);
  /** The news last sent. Starts as `opening`, which the split payment assumes. */
  private sent: string;
  private tellings = 0;

  constructor(input: PartPaymentInput) {
    super(input, 'part');
    this.part = input;
    this.sent = this.newsText();
  }

  override listen(): void {
    super.listen();
    setHandler(partWordSignal, (word) => {
      switch (word.kind) {
        case 'end':
          this.ended = true;
          this.requestCancel('its order wants no more parts');
          break;
        case 'giveBack':
        case 'issued':
          this.word ??= word;
          break;
        case 'reopen':
          this.reopenUntil = word.expiresAt;
          break;
        case 'query':
          this.queryWanted = true;
          break;
        case 'tell':
          // Matches no news, so the next comparison sends it again.
          this.sent = '';
      }
    });
  }

  /** Tells the order of every change, beside whatever the part is doing. */
  keepTelling(): void {
    void this.tellEveryChange();
  }

  private async tellEveryChange(): Promise<never> {
    for (;;) {
      await condition(() => this.isTellable() && this.sent !== this.newsText());
      await this.tell();
    }
  }

  /** Until the order has heard where the part stands now, or cannot be told. */
  async untilSent(): Promise<void> {
    await condition(() => this.sent === this.newsText());
  }

  /** Money is told of when it is booked: the order may have the policy issued at once. */
  private isTellable(): boolean {
    return this.status !== 'paid' || this.receipt !== null;
  }

  /** Looks whether the order is still there. */
  async tell(): Promise<void> {
    const text = this.newsText();
    this.tellings += 1;
    try {
      await getExternalWorkflowHandle(this.part.orderWorkflowId).signal(partNewsSignal, {
        ...this.news(),
        version: this.tellings,
      });
      this.orderGone = false;
    } catch (error) {
      if (!(error instanceof TemporalFailure)) throw error;
      this.orderGone = true;
    }
    this.sent = text;
  }

  /** Waits until something is to be done, looking after the order when it is silent for long. */
  async untilWord(isDue: () => boolean): Promise<void> {
    const summary = 'is the order still there?';
    for (let looks = 0; ; looks += 1) {
      const limit = looks === 0 ? firstSilence : furtherSilence;
      if (await condition(() => isDue() || this.orderGone, limit, { summary })) return;
      await this.tell();
    }
  }

  private newsText(): string {
    return JSON.stringify(this.news());
  }

  private news(): Omit<PartNews, 'version'> {
    const { part, status, receipt, refusal, paidFen } = this;
    const withdrawn = this.withdrawn !== null;
    return { partNo: part.partNo, status, paidFen, charge: this.summary().charge, refusal, withdrawn, receipt };
  }
}
