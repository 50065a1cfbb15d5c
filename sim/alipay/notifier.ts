import type { KeyObject } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { toBeijingTime } from './beijingTime.js';
import type { Delivery, Notification } from './notification.js';
import { notificationBaseString, signOtherText, signText } from './signature.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Alipay OpenAPI: 异步通知 — eight deliveries within 25 hours. */
const RETRY_GAPS_MS = [
  4 * MINUTE_MS,
  10 * MINUTE_MS,
  10 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  6 * HOUR_MS,
  15 * HOUR_MS,
] as const;

/** The receiver's time to answer one delivery. */
const ANSWER_WITHIN_MS = 5_000;

export type NotifierOptions = {
  readonly signingKey: KeyObject;
  readonly now: () => Date;
  /** Multiplies the gaps between retries: 0.001 makes four minutes 0.24 seconds. */
  readonly timeScale: number;
};

/** Delivers notifications. Everything it still has to do ends with `abandon`. */
export class Notifier {
  readonly #signingKey: KeyObject;
  readonly #now: () => Date;
  readonly #retryGapsMs: readonly number[];
  #work = new AbortController();

  constructor({ signingKey, now, timeScale }: NotifierOptions) {
    this.#signingKey = signingKey;
    this.#now = now;
    this.#retryGapsMs = RETRY_GAPS_MS.map((gapMs) => gapMs * timeScale);
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
    const at = this.#now();
    const answer = await this.#post(notifyUrl, this.#signedForm(notification, at));
    const acknowledged = answer.status === 200 && answer.body === 'success';
    const delivery = { at, ...answer, acknowledged };
    notification.deliveries.push(delivery);
    if (acknowledged) notification.state = 'acknowledged';
    return delivery;
  }

  /** After the first delivery: again at every gap until the receiver says `success` or the gaps are used up. */
  async retryUntilAcknowledged(notifyUrl: string, notification: Notification): Promise<void> {
    for (const gapMs of this.#retryGapsMs) {
      if (notification.state === 'acknowledged') return;
      await this.pause(gapMs);
      await this.deliver(notifyUrl, notification);
    }
    if (notification.state !== 'acknowledged') notification.state = 'givenUp';
  }

  abandon(): void {
    this.#work.abort();
    this.#work = new AbortController();
  }

  #signedForm({ fields, badSignature }: Notification, at: Date): URLSearchParams {
    const dated = { ...fields, notify_time: toBeijingTime(at) };
    const sign = badSignature ? signOtherText : signText;
    return new URLSearchParams({ ...dated, sign: sign(notificationBaseString(dated), this.#signingKey) });
  }

  async #post(notifyUrl: string, form: URLSearchParams): Promise<{ status: number | null; body: string }> {
    try {
      const response = await fetch(notifyUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
        body: form.toString(),
        redirect: 'manual', // A redirect is not an acknowledgement.
        signal: AbortSignal.any([this.#work.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
      });
      return { status: response.status, body: await response.text() };
    } catch (error) {
      this.#work.signal.throwIfAborted();
      return { status: null, body: error instanceof Error ? error.message : String(error) };
    }
  }
}
