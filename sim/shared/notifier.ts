import { setTimeout as pause } from 'node:timers/promises';

export type Delivery = {
  readonly at: Date;
  /** Null when no answer came. */
  readonly status: number | null;
  readonly body: string;
  readonly acknowledged: boolean;
};

/** What every channel's notification has, whatever is in it. */
export type Deliverable = {
  state: 'due' | 'acknowledged' | 'lost' | 'givenUp';
  readonly deliveries: Delivery[];
};

/** One delivery as it goes over the wire. */
export type Letter = { readonly headers: Readonly<Record<string, string>>; readonly body: string };

/** How a channel delivers: its words, its patience, and what it takes for an acknowledgement. */
export type DeliveryManner<Notification extends Deliverable> = {
  /** Every delivery is written, dated and signed anew. */
  readonly write: (notification: Notification, at: Date) => Letter;
  readonly isAcknowledgement: (answer: { status: number | null; body: string }) => boolean;
  /** After the first delivery, at the channel's own pace. */
  readonly retryGapsMs: readonly number[];
  /** The receiver's time to answer one delivery. */
  readonly answerWithinMs: number;
};

export type NotifierOptions<Notification extends Deliverable> = DeliveryManner<Notification> & {
  readonly now: () => Date;
  /** Multiplies the gaps between retries: 0.001 makes four minutes 0.24 seconds. */
  readonly timeScale: number;
};

/** Delivers notifications. Everything it still has to do ends with `abandon`. */
export class Notifier<Notification extends Deliverable> {
  readonly #options: NotifierOptions<Notification>;
  #work = new AbortController();

  constructor(options: NotifierOptions<Notification>) {
    this.#options = options;
  }

  /** Starts work nobody waits for; it may pause and deliver, and simply stops when abandoned. */
  inBackground(work: () => Promise<void>): void {
    const { signal } = this.#work;
    work().catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }

  async pause(delayMs: number): Promise<void> {
    await pause(delayMs, undefined, { signal: this.#work.signal, ref: false });
  }

  /** Delivers once and keeps what the receiver answered. No answer is kept too, never raised. */
  async deliver(notifyUrl: string, notification: Notification): Promise<Delivery> {
    const at = this.#options.now();
    const answer = await this.#post(notifyUrl, this.#options.write(notification, at));
    const acknowledged = this.#options.isAcknowledgement(answer);
    const delivery = { at, ...answer, acknowledged };
    notification.deliveries.push(delivery);
    if (acknowledged) notification.state = 'acknowledged';
    return delivery;
  }

  /** After the first delivery: again at every gap until the receiver acknowledges or the gaps are used up. */
  async retryUntilAcknowledged(notifyUrl: string, notification: Notification): Promise<void> {
    for (const gapMs of this.#options.retryGapsMs) {
      if (notification.state === 'acknowledged') return;
      await this.pause(gapMs * this.#options.timeScale);
      await this.deliver(notifyUrl, notification);
    }
    if (notification.state !== 'acknowledged') notification.state = 'givenUp';
  }

  abandon(): void {
    this.#work.abort();
    this.#work = new AbortController();
  }

  async #post(notifyUrl: string, { headers, body }: Letter): Promise<{ status: number | null; body: string }> {
    try {
      const response = await fetch(notifyUrl, {
        method: 'POST',
        headers,
        body,
        redirect: 'manual', // A redirect is followed by no channel.
        signal: AbortSignal.any([this.#work.signal, AbortSignal.timeout(this.#options.answerWithinMs)]),
      });
      return { status: response.status, body: await response.text() };
    } catch (error) {
      this.#work.signal.throwIfAborted();
      return { status: null, body: error instanceof Error ? error.message : String(error) };
    }
  }
}
