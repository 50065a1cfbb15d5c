import {
  condition,
  getExternalWorkflowHandle,
  setHandler,
  TemporalFailure,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { partRecordId, paymentWorkflowId } from '../../domain/ids.js';
import { addFen, fen, type Fen } from '../../domain/money.js';
import type { PaymentStatus } from '../../domain/payment.js';
import type { PlannedPart } from '../../domain/shape.js';
import { splitRuling, splitStatus, type PartState, type SplitRuling } from '../../domain/split.js';
import { nowMs, timeOfDay } from '../saga/clock.js';
import { listenToCallers, type AskedPayment } from '../collect/callers.js';
import type { PaymentSummary } from '../collect/messages.js';
import {
  partNewsSignal,
  partWordSignal,
  type CarriedOrder,
  type PartNews,
  type PartWord,
  type SplitPaymentInput,
} from './messages.js';
import { searchAttributes } from '../saga/messages.js';
import { notPossible } from '../collect/runningPayment.js';
import { RunningCase } from '../saga/runningCase.js';
import { inRecords } from '../saga/steps.js';
import { isHistoryLong } from '../saga/untilKnown.js';

/** A part as its order knows it: from what the part has told. */
export class SplitPart {
  readonly planned: PlannedPart;
  started = false;
  news: PartNews | null = null;
  /** The last word of consequence it was given. */
  word: PartWord['kind'] | null = null;

  constructor(planned: PlannedPart) {
    this.planned = planned;
  }

  get state(): PartState {
    if (!this.started) return { status: 'planned', paidFen: fen(0) };
    if (this.news === null) return { status: 'opening', paidFen: fen(0) };
    const { status, paidFen } = this.news;
    return { status: this.holds && this.news.withdrawn ? 'refunding' : status, paidFen };
  }

  /** It has its money, in doubt or not, and waits for a word about it. */
  private get holds(): boolean {
    return this.news !== null && ['paid', 'needsAttention'].includes(this.news.status);
  }

  /** Its money is to go back, by the order's decision or a person's, and it has not been told so. */
  get wantsBack(): boolean {
    const isTold = this.word === 'giveBack' || this.word === 'issued';
    return !isTold && (this.state.status === 'paid' || (this.holds && this.news?.withdrawn === true));
  }

  get isOver(): boolean {
    return ['issued', 'refunded', 'closed'].includes(this.state.status);
  }
}

/** How long parts may tell nothing before it is looked whether they are still there; what they answer is news. */
const silence = '1 day';

const endStatuses: readonly PaymentStatus[] = ['issued', 'refunded', 'closed'];

/**
 * A split payment while its workflow runs. Its status is what its parts amount to; handlers only keep what was told, and the
 * main line of the workflow acts on it.
 */
export class RunningSplit extends RunningCase implements AskedPayment {
  readonly input: SplitPaymentInput;
  readonly parts: readonly SplitPart[];
  readonly periodMs: number;
  cancelReason: string | null;
  reopenedUntil: string | null;
  queryWanted = false;
  private recordedStatus: PaymentStatus;
  /** How much was told, and how much of it the main line has looked at. */
  private heard = 0;
  private lookedAt = 0;

  constructor(input: SplitPaymentInput) {
    const { carried } = input;
    super({
      paymentId: input.paymentId,
      writer: 'payment',
      status: carried?.status ?? 'opening',
      version: carried?.version ?? 0,
      kind: 'payment',
    });
    this.input = input;
    this.periodMs = carried?.periodMs ?? Math.max(60_000, Date.parse(input.expiresAt) - nowMs());
    this.cancelReason = carried?.cancelReason ?? null;
    this.reopenedUntil = carried?.reopenedUntil ?? null;
    this.recordedStatus = carried?.recordedStatus ?? 'opening';
    this.parts = input.split.parts.map((planned, index) => {
      const part = new SplitPart(planned);
      return Object.assign(part, carried?.parts[index] ?? {});
    });
  }

  /** Registers every handler; called before the workflow's first wait, so that no message finds none. */
  listen(): void {
    this.listenToPeople();
    setHandler(partNewsSignal, (news) => {
      const part = this.parts[news.partNo - 1];
      if (part === undefined || (part.news !== null && part.news.version >= news.version)) return;
      part.started = true;
      part.news = news;
      this.heard += 1;
      this.refresh();
    });
    listenToCallers(this);
  }

  /** Too late is no error: whoever asks learns that money was first, or that the payment had ended. */
  requestCancel(reason: string): void {
    if (this.cancelReason !== null || this.isBeyondChange()) return;
    this.cancelReason = reason;
    this.heard += 1;
    this.note('CancelRequested', reason);
  }

  requestQuery(): void {
    this.queryWanted = true;
  }

  assertQueryable(): void {
    if (this.parts.every(({ state }) => state.status === 'paid') || this.isBeyondChange())
      throw notPossible('queried', this.status);
  }

  private isBeyondChange(): boolean {
    return ['paid', 'refunding', ...endStatuses].includes(this.status);
  }

  /** Its status is what its parts are, so it may go from any to any; only an end is never left. */
  override moveTo(status: PaymentStatus): void {
    if (!this.leads || status === this.status) return;
    if (endStatuses.includes(this.status)) throw new Error(`a payment cannot go from ${this.status} to ${status}`);
    this.status = status;
    this.publish();
  }

  ruling(): SplitRuling {
    const states = this.parts.map(({ state }) => state);
    return splitRuling(this.input.split, states, this.cancelReason !== null);
  }

  get paidFen(): Fen {
    return addFen(fen(0), ...this.parts.map(({ state }) => state.paidFen));
  }

  /** The status again, from the parts. Not moved step by step: news of several parts may have come at once. */
  refresh(): void {
    if (this.review !== null || endStatuses.includes(this.status)) return;
    const states = this.parts.map(({ state }) => state);
    const status = splitStatus(states, this.policyNo !== null);
    if (status === this.status) return;
    this.status = status;
    this.publish();
  }

  /** Waits until a part or a caller has something to say. */
  async untilNews(): Promise<void> {
    this.show();
    // News that came while the main line was busy counts as unread.
    const hasNews = (): boolean => this.heard !== this.lookedAt || this.queryWanted;
    const isTold = await condition(hasNews, silence, { summary: 'are the parts still there?' });
    this.lookedAt = this.heard;
    const open = this.parts.filter((part) => part.started && !part.isOver);
    if (!isTold) await this.say(open, { kind: 'tell' });
    if (!this.queryWanted) return;
    this.queryWanted = false;
    await this.say(open, { kind: 'query' });
  }

  /** Writes down where the payment stands, and again when that has changed meanwhile. */
  async record(): Promise<void> {
    while (this.status !== this.recordedStatus || this.hasNews()) {
      this.recordedStatus = this.status;
      const closeReason = this.cancelReason === null ? 'not paid in full' : `cancelled: ${this.cancelReason}`;
      const step = this.step(this.status === 'closed' ? { closeReason } : {});
      await inRecords.recordPayment.executeWithOptions({ summary: `record ${this.status}` }, [{ step }]);
    }
  }

  /**
   * Says something to parts, all at once. One that is gone needs a person, for its money is not seen after any more; the
   * others have heard it all the same.
   */
  async say(parts: readonly SplitPart[], word: PartWord): Promise<void> {
    const heard = await Promise.all(parts.map((part) => this.tellOne(part, word)));
    for (const [index, part] of parts.entries()) {
      // One that has ended by itself has told so, or is about to.
      for (let isHeard = heard[index]; isHeard !== true && !part.isOver; isHeard = await this.tellOne(part, word)) {
        const detail = `${this.workflowIdOf(part)} does not run any more and cannot be told: ${word.kind}`;
        await this.waitForPerson({ reason: 'partStopped', detail }, () => part.isOver);
        this.refresh();
      }
    }
  }

  private async tellOne(part: SplitPart, word: PartWord): Promise<boolean> {
    try {
      await getExternalWorkflowHandle(this.workflowIdOf(part)).signal(partWordSignal, word);
    } catch (error) {
      if (!(error instanceof TemporalFailure)) throw error;
      return false;
    }
    if (word.kind !== 'query' && word.kind !== 'tell') part.word = word.kind;
    return true;
  }

  workflowIdOf(part: SplitPart): string {
    return paymentWorkflowId(this.recordIdOf(part));
  }

  recordIdOf({ planned }: SplitPart): string {
    return partRecordId({ paymentId: this.paymentId, partNo: planned.partNo });
  }

  isOpened(): boolean {
    const begun = this.parts.filter(({ started }) => started);
    const isTold = ({ state }: SplitPart): boolean => state.status !== 'opening';
    // All that can be opened now are; or it has come to something else already.
    return (begun.length > 0 && begun.every(isTold) && this.ruling().kind !== 'open') || this.isBeyondChange();
  }

  /** Whether this run should hand over to a new one, and may. */
  shouldGoOnAfresh(): boolean {
    return isHistoryLong(this.input.continueAfterEvents) && !this.queryWanted;
  }

  carry(): CarriedOrder {
    const { status, version, cancelReason, recordedStatus, reopenedUntil, periodMs } = this;
    const parts = this.parts.map(({ news, started, word }) => ({ news, started, word }));
    return { status, version, cancelReason, recordedStatus, reopenedUntil, periodMs, parts };
  }

  summary(): PaymentSummary {
    const payable = this.parts.find(({ state }) => state.status === 'awaitingPayment');
    const refused = this.parts.find(({ news }) => news !== null && news.refusal !== null);
    return {
      paymentId: this.paymentId,
      status: this.status,
      version: this.version,
      charge: payable?.news?.charge ?? null,
      refusal: refused?.news?.refusal ?? null,
      policyNo: this.policyNo,
      attention: this.review,
      parts: this.parts.map(({ planned, state, news }) => ({
        partId: planned.partId,
        partNo: planned.partNo,
        status: state.status,
        amountFen: planned.amountFen,
        paidFen: state.paidFen,
        charge: news?.charge ?? null,
      })),
    };
  }

  protected override publish(): void {
    upsertSearchAttributes([
      { key: searchAttributes.paymentStatus, value: this.status },
      { key: searchAttributes.needsAttention, value: this.review !== null || this.status === 'needsAttention' },
      ...(this.policyNo === null ? [] : [{ key: searchAttributes.policyNo, value: this.policyNo }]),
    ]);
  }

  /** The card of this payment, with what happens next. */
  show(next = 'whatever a part tells'): void {
    const { input } = this;
    this.showCard([
      ['Premium', `${input.amountFen} fen for proposal ${input.proposalNo}, of which ${this.paidFen} are paid`],
      ...this.parts.map(
        ({ planned, state }) =>
          [`Part ${planned.partId}`, `${planned.amountFen} fen by ${planned.channel}: ${state.status}`] as const,
      ),
      ['Rule', `${input.split.rule}${input.split.serial ? ', one after the other' : ''}`],
      ['Expires', timeOfDay(Date.parse(input.expiresAt))],
      ['Next', next],
    ]);
  }
}
