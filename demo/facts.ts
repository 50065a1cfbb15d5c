import type { SeenOrder, SeenPart, SeenPayment } from './seen.js';
import type { Story } from './story.js';

/** `issued, by callback`: the end, and which source first proved the money, as the timeline says. */
export function endAndSource({ status, timeline }: Pick<SeenPayment, 'status' | 'timeline'>): string {
  const paid = timeline.find(({ type }) => type === 'ChargePaid');
  return `${status}, by ${/known by (\w+)/.exec(paid?.detail ?? '')?.[1] ?? 'nobody'}`;
}

/** `refunded, closed`: how each part of a payment stands, in their order. */
export function partsOf({ parts = [] }: { parts?: readonly Pick<SeenPart, 'status'>[] }): string {
  return parts.map(({ status }) => status).join(', ');
}

/** How often the channel was asked about a charge. */
export function queriesOf({ verbs }: SeenOrder): number {
  return verbs.query;
}

/** How many callbacks the channel has sent, each repetition counted. */
export function callbacksOf({ notifications }: SeenOrder): number {
  return notifications.reduce((sent, { deliveries }) => sent + deliveries.length, 0);
}

/** Whether the channel was told that its callback of the payment arrived. */
export function answerToCallback({ notifications }: SeenOrder): string {
  const [delivery] = notifications.find(({ event }) => event === 'paid')?.deliveries ?? [];
  return delivery === undefined ? 'never sent' : delivery.acknowledged ? 'acknowledged' : 'turned away';
}

/** `issued once` when one premium (of each part, where there are parts) was booked and one policy is in force, however often anybody asked. */
export async function issuedOnce(payment: Story): Promise<string> {
  const { status, timeline, parts } = await payment.ended();
  const { policyNo, cancelled } = await payment.policy();
  const timelines = parts?.map((part) => part.timeline) ?? [timeline];
  const booked = timelines.flat().filter(({ type }) => type === 'PremiumReceived').length / timelines.length;
  const issued = timeline.filter(({ type }) => type === 'PolicyIssued').length;
  if (policyNo === null || cancelled) return `${status} without a policy`;
  return booked === 1 && issued === 1 ? `${status} once` : `${status}, booked ${booked}×, issued ${issued}×`;
}

/** `refunded, no policy`: how a payment ended that came to nothing. Money kept all the same is said, too. */
export async function endWithPolicy(payment: Story): Promise<string> {
  const { status, paidFen, refundedFen } = await payment.ended();
  const { policyNo, cancelled } = await payment.policy();
  const policy = policyNo === null ? 'no policy' : cancelled ? 'policy cancelled' : 'a policy';
  const kept = paidFen - refundedFen;
  return `${status}, ${policy}${kept === 0 ? '' : `, ${kept} fen kept`}`;
}
