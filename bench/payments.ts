import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, WorkflowHandle } from '@temporalio/client';
import type { Stack } from '../stack/startStack.js';

/** Ids for one set of payments, told apart from every other set on the same server. */
export function paymentIds(count: number): string[] {
  setsMade += 1;
  const set = `B${Date.now().toString(36)}${setsMade}x`;
  return Array.from({ length: count }, (_none, index) => `${set}${String(index).padStart(4, '0')}`);
}
let setsMade = 0;

/** How a core asks after a payment that was still opening, and when this one gives up: after two minutes. */
const openPauseMs = 200;
const openTriesMax = 600;

export const amountFen = 1_280_00;

/** Payments go to the channels in turn, by the last digits of their ids. */
const methods = [
  { channel: 'alipay', product: 'qr' },
  { channel: 'wechatpay', product: 'qr' },
  { channel: 'unionpay', product: 'page' },
] as const;
export type BenchChannel = (typeof methods)[number]['channel'];

export function methodOf(paymentId: string): (typeof methods)[number] {
  return methods[Number(paymentId.slice(-4)) % methods.length] ?? methods[0];
}

/** The core's and the payer's side of our payments, over HTTP with connections kept alive. */
export function paymentsOf({ api, keys, channels }: Stack, client: Client) {
  const cashiers = new Map<string, Cashier>();
  const keepCashier = (paymentId: string, { charge }: Opened): void => {
    if (charge?.cashier?.kind === 'form') cashiers.set(paymentId, charge.cashier);
  };
  const authorization = { authorization: `Bearer ${keys.core}` };
  const opened = async (paymentId: string): Promise<void> => {
    for (let tries = 0; tries < openTriesMax; tries += 1) {
      const response = await fetch(`${api.url}/v1/payments/${paymentId}`, { headers: authorization });
      const { status, charge } = (await response.json()) as Opened;
      keepCashier(paymentId, { charge: charge ?? null });
      if (status === 'awaitingPayment') return;
      await sleep(openPauseMs);
    }
    throw new Error(`payment ${paymentId} did not open`);
  };
  const workflow = (paymentId: string): WorkflowHandle => client.workflow.getHandle(`payment/${paymentId}`);
  return {
    workflow,

    /** Asks for a premium. Ends when the payer can pay, which a busy API leaves the core to find out by asking. */
    async open(paymentId: string, expiresAt?: Date): Promise<void> {
      const body = {
        paymentId,
        proposalNo: `TP${paymentId}`,
        productCode: 'AUTO-CI',
        amountFen,
        currency: 'CNY',
        subject: '机动车商业保险',
        payer: { name: '王小明', mobile: '13800000000' },
        method: methodOf(paymentId),
        ...(expiresAt === undefined ? {} : { expiresAt: expiresAt.toISOString() }),
      };
      const headers = { ...authorization, 'content-type': 'application/json' };
      const { status, text } = await post(`${api.url}/v1/payments`, [201, 202], JSON.stringify(body), headers);
      if (status === 202) await opened(paymentId);
      else keepCashier(paymentId, JSON.parse(text) as Opened);
    },

    /** The payer pays at the channel, which answers at once and sends its signed callback to the API. */
    async pay(paymentId: string): Promise<void> {
      const cashier = cashiers.get(paymentId);
      cashiers.delete(paymentId);
      if (cashier?.kind === 'form') {
        const page = await fetch(cashier.action, { method: 'POST', body: new URLSearchParams(cashier.fields) });
        await page.text();
      }
      const url = `${channels[methodOf(paymentId).channel].url}/control/orders/${paymentId}C1/pay`;
      await post(url, [200], '{}', { 'content-type': 'application/json' });
    },

    /** Waits for the end of the payment's workflow, by when `issued` is on record. Raises Error for any other end. */
    async issued(paymentId: string): Promise<void> {
      const status: unknown = await workflow(paymentId).result();
      if (status !== 'issued') throw new Error(`payment ${paymentId} ended ${String(status)} instead of issued`);
    },

    /** When the workflow ended, ms since 1970, by the clock of the Temporal server on this machine. */
    async endedAtMs(paymentId: string): Promise<number> {
      const { closeTime } = await workflow(paymentId).describe();
      if (closeTime === undefined) throw new Error(`payment ${paymentId} has not ended`);
      return closeTime.getTime();
    },
  };
}

/** As far as the payer's browser needs it: a form brings the order to the channel. */
type Cashier =
  { readonly kind: 'form'; readonly action: string; readonly fields: Record<string, string> } | { readonly kind: 'qr' };
type Opened = { readonly status?: string; readonly charge?: { readonly cashier?: Cashier | null } | null };

export type Payments = ReturnType<typeof paymentsOf>;

/** Raises Error for an answer of another status than expected, so that no figure counts a failure. */
export async function post(
  url: string,
  expected: readonly number[],
  body: string,
  headers: Record<string, string>,
): Promise<{ status: number; text: string }> {
  const response = await fetch(url, { method: 'POST', headers, body });
  const { status } = response;
  const text = await response.text();
  if (expected.includes(status)) return { status, text };
  throw new Error(`${url} answered ${status} instead of ${expected.join(' or ')}: ${text.slice(0, 300)}`);
}
