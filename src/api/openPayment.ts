import { WithStartWorkflowOperation, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { paymentStart, startPayment, type PremiumPaymentWorkflow } from '../delivery/startPayment.js';
import type { PaymentRecord } from '../records/payments.js';
import { openUpdate, workflowTypes, type PaymentSummary } from '../workflows/messages.js';
import type { ApiDeps } from './deps.js';
import { channelFor, expiryFor } from './offer.js';
import { isAway, Problem } from './problem.js';
import { requestHash } from './requestHash.js';
import type { OpenedPayment, OpenPaymentBody } from './schemas/payments.js';
import { updateFailureOf } from './updateFailure.js';
import { openedView, type TemporalLink } from './views.js';
import { temporalWithin } from './within.js';

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
 * `channel-refused`, and the payment is closed.
 */
export async function openPayment(deps: ApiDeps, link: TemporalLink, body: OpenPaymentBody): Promise<Opened> {
  const count = (result: string) => {
    deps.metrics.paymentsOpened.inc({ channel: body.method.channel, result });
  };
  try {
    const opened = await registerAndOpen(deps, link, body);
    count(opened.kind);
    return opened;
  } catch (error) {
    // A channel's name counts only once it is known to be ours: labels must not grow with what callers send.
    if (deps.channels.has(body.method.channel)) count(error instanceof Problem ? error.problem : 'failed');
    throw error;
  }
}

async function registerAndOpen(deps: ApiDeps, link: TemporalLink, body: OpenPaymentBody): Promise<Opened> {
  const { kind, payment } = await register(deps, body);
  if (kind === 'same' && payment.status !== 'opening') {
    return { kind: 'same', payment: await storedView(deps, link, payment) };
  }
  const opening = await openCharge(deps, payment);
  if (opening === 'away') return { kind: 'opening', payment: openedView(payment, { link }) };
  if (opening === 'ended') return { kind: 'same', payment: await storedView(deps, link, payment) };
  if (opening.refusal !== null) throw refused(opening.refusal);
  return {
    kind: kind === 'same' ? 'same' : 'created',
    payment: openedView(payment, { summary: opening, link }),
  };
}

/** The first lock. What depends on the clock or the configuration is only asked of a payment that is new. */
async function register(
  deps: ApiDeps,
  body: OpenPaymentBody,
): Promise<{ kind: 'new' | 'same'; payment: PaymentRecord }> {
  const hash = requestHash(body);
  const known = await deps.payments.find(body.paymentId);
  if (known !== null) return { kind: 'same', payment: withoutConflict(known, hash) };
  const channel = channelFor(deps, { method: body.method, payer: body.payer ?? {} });
  const now = deps.now();
  const { kind, payment } = await deps.payments.register({
    ...body,
    payer: body.payer ?? null,
    coinsurance: body.coinsurance ?? null,
    expiresAt: expiryFor(deps.policies, body, now),
    requestHash: hash,
    terms: deps.policies.termsFor({ channel: channel.name, productCode: body.productCode }),
    merchantId: channel.merchantId,
    createdAt: now.toISOString(),
  });
  return { kind: kind === 'registered' ? 'new' : 'same', payment: withoutConflict(payment, hash) };
}

function withoutConflict(payment: PaymentRecord, hash: string): PaymentRecord {
  if (payment.requestHash === hash) return payment;
  throw new Problem('payment-conflict', `Payment ${payment.paymentId} was posted before with another body.`);
}

/** Starts the workflow unless it runs, and waits until its charge is open or refused. */
async function openCharge(deps: ApiDeps, payment: PaymentRecord): Promise<PaymentSummary | 'away' | 'ended'> {
  const { client, logger, settings } = deps;
  try {
    return await temporalWithin(client, settings.openWaitMs, () =>
      client.workflow.executeUpdateWithStart(openUpdate, {
        startWorkflowOperation: new WithStartWorkflowOperation<PremiumPaymentWorkflow>(
          workflowTypes.premiumPayment,
          paymentStart(payment),
        ),
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

function refused({ code, message }: { code: string; message: string }): Problem {
  return new Problem('channel-refused', message, { members: { code } });
}

async function storedView(deps: ApiDeps, link: TemporalLink, before: PaymentRecord): Promise<OpenedPayment> {
  const payment = (await deps.payments.find(before.paymentId)) ?? before;
  const [charge, refunds] = await Promise.all([
    payment.outTradeNo === null ? null : deps.charges.find(payment.outTradeNo),
    deps.refunds.ofPayment(payment.paymentId),
  ]);
  return openedView(payment, { charge, refunds, link });
}
