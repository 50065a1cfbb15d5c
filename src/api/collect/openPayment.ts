import { WithStartWorkflowOperation, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { paymentStart, startPayment, type PaymentWorkflow } from '../../delivery/startPayment.js';
import type { PaymentRecord } from '../../records/payments.js';
import { openUpdate, type PaymentSummary } from '../../workflows/collect/messages.js';
import type { ApiDeps } from '../deps.js';
import { everythingOf } from '../views/related.js';
import { expiryFor } from './offer.js';
import { plannedFor } from './plan.js';
import { isAway, Problem } from '../http/problem.js';
import { requestHash } from '../http/requestHash.js';
import type { OpenedPayment } from '../views/paymentSchema.js';
import type { OpenPaymentBody } from './bodies.js';
import { updateFailureOf } from '../http/updateFailure.js';
import { openedView } from '../views/payment.js';
import type { TemporalLink } from '../http/temporalLinks.js';
import { temporalWithin } from '../http/within.js';

export interface Opened {
  kind: 'created' | 'same' | 'opening';
  payment: OpenedPayment;
}

/** A plain start is one short call; longer than this only makes the caller wait for what a sweeper does anyway, ms. */
const startWaitMs = 1_000;

/**
 * Registers a payment and opens its first charge. Safe to repeat: the same body gives the same payment, another body
 * under the same id is the problem `payment-conflict`. Once registered the payment is started sooner or later, whatever
 * is away now; a charge that is not open within the wait is `opening`. A channel that refuses is the problem
 * `channel-refused`, and the payment is closed; one in parts that holds goes on with its other parts.
 */
export async function openPayment(deps: ApiDeps, link: TemporalLink, body: OpenPaymentBody): Promise<Opened> {
  return counted(deps, methodsOf(body)[0]?.channel ?? '', () => registerAndOpen(deps, link, body));
}

const methodsOf = (body: OpenPaymentBody) =>
  body.parts?.map((part) => part.method) ?? (body.method === undefined ? [] : [body.method]);

/** Counts how opening went, by channel. */
export async function counted<T extends { kind: string }>(
  deps: ApiDeps,
  channel: string,
  open: () => Promise<T>,
): Promise<T> {
  const count = (result: string) => {
    deps.metrics.paymentsOpened.inc({ channel, result });
  };
  try {
    const opened = await open();
    count(opened.kind);
    return opened;
  } catch (error) {
    // A channel's name counts only once it is known to be ours: labels must not grow with what callers send.
    if (deps.channels.has(channel)) count(error instanceof Problem ? error.problem : 'failed');
    throw error;
  }
}

async function registerAndOpen(deps: ApiDeps, link: TemporalLink, body: OpenPaymentBody): Promise<Opened> {
  const { kind, payment } = await register(deps, body);
  if (kind === 'same' && payment.status !== 'opening') {
    return { kind: 'same', payment: await storedView(deps, link, payment) };
  }
  const opening = await startAndOpen(deps, payment);
  if (opening === 'away') return { kind: 'opening', payment: openedView(payment, { link }) };
  if (opening === 'ended') return { kind: 'same', payment: await storedView(deps, link, payment) };
  if (opening.refusal !== null && !goesOn(payment, opening)) throw refused(opening.refusal);
  return {
    kind: kind === 'same' ? 'same' : 'created',
    payment: openedView(payment, { summary: opening, link }),
  };
}

/** A payment that holds stays open though a channel refused a part of it: a person may let that part be paid after all. */
function goesOn({ shape }: PaymentRecord, { parts = [] }: PaymentSummary): boolean {
  return shape.kind === 'split' && shape.rule === 'allOrHold' && parts.some(({ status }) => status !== 'closed');
}

/** The first lock. What depends on the clock or the configuration is only asked of a payment that is new. */
async function register(
  deps: ApiDeps,
  body: OpenPaymentBody,
): Promise<{ kind: 'new' | 'same'; payment: PaymentRecord }> {
  const hash = requestHash(body);
  const known = await deps.payments.find(body.paymentId);
  if (known !== null) return { kind: 'same', payment: withoutConflict(known, hash) };
  const now = deps.now();
  const expiresAt = expiryFor(deps.offer, body, now);
  const { paymentId, proposalNo, productCode, amountFen, currency, subject, payer = null, coinsurance = null } = body;
  const { kind, payment } = await deps.payments.register({
    ...{ paymentId, proposalNo, productCode, amountFen, currency, subject, payer, coinsurance, expiresAt },
    ...plannedFor(deps, body, { now, expiresAt }),
    requestHash: hash,
    createdAt: now.toISOString(),
  });
  return { kind: kind === 'registered' ? 'new' : 'same', payment: withoutConflict(payment, hash) };
}

function withoutConflict(payment: PaymentRecord, hash: string): PaymentRecord {
  if (payment.requestHash === hash) return payment;
  throw new Problem('payment-conflict', `Payment ${payment.paymentId} was posted before with another body.`);
}

/** Starts the workflow of a payment or a cart unless it runs, and waits until what it opens is open or refused. */
export async function startAndOpen(deps: ApiDeps, payment: PaymentRecord): Promise<PaymentSummary | 'away' | 'ended'> {
  const { client, logger, settings } = deps;
  const { type, options } = paymentStart(payment);
  try {
    return await temporalWithin(client, settings.openWaitMs, () =>
      client.workflow.executeUpdateWithStart(openUpdate, {
        startWorkflowOperation: new WithStartWorkflowOperation<PaymentWorkflow>(type, options),
        updateId: `open-${payment.paymentId}`,
      }),
    );
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError || updateFailureOf(error) !== null) return 'ended';
    if (!isAway(error)) throw error;
    logger.warn({ err: error, paymentId: payment.paymentId }, 'charge not open in time');
    await startInAnyCase(deps, payment);
    return 'away';
  }
}

/** Best effort: a payment that was registered but not started is found and started by the worker's sweep. */
async function startInAnyCase({ client, logger }: ApiDeps, payment: PaymentRecord): Promise<void> {
  try {
    await temporalWithin(client, startWaitMs, () => startPayment(client, payment));
  } catch (error) {
    logger.warn({ err: error, paymentId: payment.paymentId }, 'payment registered, its workflow not started yet');
  }
}

export function refused({ code, message }: { code: string; message: string }): Problem {
  return new Problem('channel-refused', message, { members: { code } });
}

async function storedView(deps: ApiDeps, link: TemporalLink, before: PaymentRecord): Promise<OpenedPayment> {
  const payment = (await deps.payments.find(before.paymentId)) ?? before;
  return openedView(payment, { ...(await everythingOf(deps, payment)), link });
}
