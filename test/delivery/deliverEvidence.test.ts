import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { deliverEvidence, type StoredFact } from '../../src/delivery/deliverEvidence.js';
import type { ChargeOutcome } from '../../src/domain/evidence.js';
import { fen } from '../../src/domain/money.js';
import type { ChargeRecord } from '../../src/records/charges.js';
import type { RefundRecord } from '../../src/records/refunds.js';

const paymentId = 'P2026112200000001';
const outTradeNo = `${paymentId}C1`;
const money = { paidFen: fen(100), tradeNo: 'T1', paidAt: '2026-11-22T06:00:00.000Z' };
const paid: ChargeOutcome = { kind: 'paid', ...money };

const factOf = (outcome: ChargeOutcome | null): StoredFact => ({
  evidenceId: 'e1',
  paymentId,
  outTradeNo,
  evidence:
    outcome === null
      ? null
      : { evidenceId: 'e1', source: 'callback', outTradeNo, merchantId: 'M', outcome, observedAt: money.paidAt },
});

/** Workflows by whether they run, have ended, or never were; what reaches one is noted. */
async function deliver(
  outcome: ChargeOutcome | null,
  world: { running?: string[]; ended?: string[]; charge?: Partial<ChargeRecord>; refunds?: Partial<RefundRecord>[] },
) {
  const reached: string[] = [];
  const client = {
    workflow: {
      getHandle: (workflowId: string) => ({
        signal: () => {
          if (world.running?.includes(workflowId) !== true)
            return Promise.reject(new WorkflowNotFoundError('gone', workflowId, undefined));
          reached.push(workflowId);
          return Promise.resolve();
        },
      }),
      signalWithStart: (type: string, { workflowId }: { workflowId: string }) => {
        if (world.ended?.includes(workflowId) === true)
          return Promise.reject(new WorkflowExecutionAlreadyStartedError('ended', workflowId, type));
        reached.push(workflowId);
        return Promise.resolve();
      },
      start: (type: string, { workflowId }: { workflowId: string }) => {
        if (world.ended?.includes(workflowId) === true)
          return Promise.reject(new WorkflowExecutionAlreadyStartedError('ended', workflowId, type));
        reached.push(workflowId);
        return Promise.resolve();
      },
    },
  } as unknown as Client;
  const result = await deliverEvidence(
    {
      client,
      charges: { find: () => Promise.resolve((world.charge ?? null) as ChargeRecord | null) },
      refunds: {
        ofCharge: (no) =>
          Promise.resolve(((world.refunds ?? []) as RefundRecord[]).filter((refund) => refund.outTradeNo === no)),
      },
    },
    factOf(outcome),
  );
  return { result, reached };
}

const payment = `payment/${paymentId}`;
const late = `late/${outTradeNo}`;

describe('a stored fact', () => {
  it('reaches the payment while its workflow runs, whatever it says', async () => {
    expect(await deliver({ kind: 'closed' }, { running: [payment] })).toEqual({
      result: 'signalled',
      reached: [payment],
    });
  });

  it('about money starts the late payment once the payment has ended', async () => {
    const charge = { status: 'closed', tradeNo: null, paidFen: fen(0) } as const;
    expect(await deliver(paid, { charge })).toEqual({ result: 'lateStarted', reached: [late] });
  });

  it('that repeats the money on record, or proves none, starts nothing', async () => {
    const charge = { status: 'paid', tradeNo: 'T1', paidFen: fen(100) } as const;
    expect(await deliver(paid, { charge })).toEqual({ result: 'nothingNew', reached: [] });
    for (const kind of ['waiting', 'absent', 'closed'] as const) {
      expect(await deliver({ kind }, { charge })).toEqual({ result: 'nothingNew', reached: [] });
    }
  });

  it('about a second sum under a paid charge is late money, not a repeat', async () => {
    const charge = { status: 'paid', tradeNo: 'T0', paidFen: fen(100) } as const;
    expect(await deliver(paid, { charge })).toEqual({ result: 'lateStarted', reached: [late] });
  });

  it('about other money than an ended late payment settled waits for a person in a review of its own, once', async () => {
    const charge = { status: 'paid', tradeNo: 'T0', paidFen: fen(100) } as const;
    expect(await deliver(paid, { charge, ended: [late] })).toEqual({ result: 'stranded', reached: ['review/e1'] });
    // Brought again after a person has decided it.
    expect(await deliver(paid, { charge, ended: [late, 'review/e1'] })).toEqual({ result: 'stranded', reached: [] });
  });

  it('about a refund tells the unsettled refunds of its charge, and no other', async () => {
    const refunds = [
      { paymentId, refundId: 'E1', outTradeNo, status: 'refunding' },
      { paymentId, refundId: 'E2', outTradeNo, status: 'refunded' },
      { paymentId, refundId: 'E3', outTradeNo: `${paymentId}C2`, status: 'refunding' },
      { paymentId, refundId: 'E4', outTradeNo, status: 'requested' },
    ] as const;
    const running = ['E1', 'E2', 'E3'].map((refundId) => `refund/${paymentId}/${refundId}`);
    expect(await deliver(null, { refunds: [...refunds], running })).toEqual({
      result: 'signalled',
      reached: [`refund/${paymentId}/E1`],
    });
  });
});
