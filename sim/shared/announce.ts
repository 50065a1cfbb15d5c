import type { Deliverable, Notifier } from './notifier.js';

/** What can befall a notification, whatever the channel; `sim/README.md` says what each does. */
export type AnnouncementFault = 'callbackLost' | 'callbackLate' | 'callbackRepeated' | 'callbackReordered';

type AnnouncementRule = {
  readonly delayMs?: number | undefined;
  readonly repeat?: number | undefined;
  readonly before?: boolean | undefined;
};

/**
 * Sends a notification as the standing faults have it: lost, late, several at once, or with another one out of turn; then
 * repeats it at the channel's pace until it is acknowledged.
 */
export function announce<Notification extends Deliverable, Rule extends AnnouncementRule>(
  notifier: Notifier<Notification>,
  take: (fault: AnnouncementFault) => Rule | undefined,
  what: {
    readonly notifyUrl: string;
    readonly notification: Notification;
    /** What comes out of turn if the fault asks for it. */
    readonly stale: (fault: Rule) => Notification;
  },
): void {
  const { notifyUrl, notification } = what;
  if (take('callbackLost') !== undefined) {
    notification.state = 'lost';
    return;
  }
  const delayMs = take('callbackLate')?.delayMs ?? 0;
  const repeated = take('callbackRepeated');
  const copies = repeated === undefined ? 1 : (repeated.repeat ?? 3);
  const reordered = take('callbackReordered');
  const stale = reordered === undefined ? undefined : what.stale(reordered);

  notifier.inBackground(async () => {
    await notifier.pause(delayMs);
    if (stale !== undefined && reordered?.before === true) await notifier.deliver(notifyUrl, stale);
    // At the same moment: duplicates that race each other are the harder case for the receiver.
    await Promise.all(Array.from({ length: copies }, () => notifier.deliver(notifyUrl, notification)));
    if (stale !== undefined && reordered?.before !== true) await notifier.deliver(notifyUrl, stale);
    await notifier.retryUntilAcknowledged(notifyUrl, notification);
  });
}
