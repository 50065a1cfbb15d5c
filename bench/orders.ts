import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Stack } from '../stack/startStack.js';
import { withInFlight } from './load.js';
import { sizeOf } from './history.js';
import { post } from './payments.js';

const method = { channel: 'alipay', product: 'qr' } as const;
const partFen = 128_00;
const pauseMs = 100;
const looksMax = 3_000;

/** All runs of one workflow, where it went on as a new one. */
export interface RunSizes {
  readonly runs: number;
  /** Of all runs together, and of the longest. */
  readonly events: number;
  readonly longestEvents: number;
}

/** The core's and the payer's side of payments in parts and of carts. */
export function ordersOf({ api, keys, channels }: Stack, client: Client) {
  const headers = { authorization: `Bearer ${keys.core}`, 'content-type': 'application/json' };
  const pay = async (outTradeNo: string): Promise<void> => {
    const url = `${channels.alipay.url}/control/orders/${outTradeNo}/pay`;
    await post(url, [200], '{}', { 'content-type': 'application/json' });
  };
  const until = async (path: string, isSo: (seen: Seen) => boolean): Promise<void> => {
    for (let looks = 0; looks < looksMax; looks += 1) {
      const response = await fetch(`${api.url}${path}`, { headers });
      if (isSo((await response.json()) as Seen)) return;
      await sleep(pauseMs);
    }
    throw new Error(`${path} did not come to it`);
  };
  const ended = async (workflowId: string, status: string): Promise<void> => {
    const end: unknown = await client.workflow.getHandle(workflowId).result();
    if (end !== status) throw new Error(`${workflowId} ended ${String(end)} instead of ${status}`);
  };
  const whole = (paymentId: string, amountFen: number) => ({
    ...{ paymentId, proposalNo: `TP${paymentId}`, productCode: 'AUTO-CI', amountFen, currency: 'CNY' },
    subject: '机动车商业保险',
  });

  return {
    /** As many parts at once, all of them paid. Ends when the policy is issued. */
    async inParts(paymentId: string, count: number): Promise<void> {
      const nos = Array.from({ length: count }, (_none, index) => index + 1);
      const parts = nos.map((no) => ({ partId: `p${no}`, amountFen: partFen, method }));
      const body = JSON.stringify({ ...whole(paymentId, partFen * count), parts });
      await post(`${api.url}/v1/payments`, [201, 202], body, headers);
      await until(`/v1/payments/${paymentId}`, (seen) =>
        (seen.parts ?? []).every(({ status }) => status === 'awaitingPayment'),
      );
      await withInFlight(4, nos, (no) => pay(`${paymentId}S${String(no).padStart(2, '0')}1`));
      await ended(`payment/${paymentId}`, 'issued');
    },

    /** As many slices, each paid when it is open. Ends when the policy is issued. */
    async inSlices(paymentId: string, count: number): Promise<void> {
      const body = JSON.stringify({ ...whole(paymentId, partFen * count), method, slice: { maxFen: partFen } });
      await post(`${api.url}/v1/payments`, [201, 202], body, headers);
      for (let no = 1; no <= count; no += 1) {
        await until(`/v1/payments/${paymentId}`, (seen) => seen.parts?.[no - 1]?.status === 'awaitingPayment');
        await pay(`${paymentId}S${String(no).padStart(2, '0')}1`);
      }
      await ended(`payment/${paymentId}`, 'issued');
    },

    /** One charge for as many items. Ends when every policy is issued. */
    async inCart(cartId: string, count: number): Promise<void> {
      const items = Array.from({ length: count }, (_none, index) => {
        const paymentId = `${cartId}I${String(index).padStart(2, '0')}`;
        return { paymentId, proposalNo: `TP${paymentId}`, productCode: 'AUTO-CI', amountFen: partFen };
      });
      const body = JSON.stringify({ cartId, items, currency: 'CNY', subject: '保险费', method });
      await post(`${api.url}/v1/carts`, [201, 202], body, headers);
      await until(`/v1/carts/${cartId}`, ({ status }) => status === 'awaitingPayment');
      await pay(`${cartId}K1`);
      await ended(`cart/${cartId}`, 'issued');
    },

    /** The history of a workflow over all its runs. */
    async sizeOf(workflowId: string): Promise<RunSizes> {
      const sizes: number[] = [];
      for await (const { runId } of client.workflow.list({ query: `WorkflowId = '${workflowId}'` })) {
        sizes.push(sizeOf(await client.workflow.getHandle(workflowId, runId).fetchHistory()).events);
      }
      return {
        runs: sizes.length,
        events: sizes.reduce((sum, size) => sum + size, 0),
        longestEvents: Math.max(...sizes),
      };
    },
  };
}

interface Seen {
  readonly status?: string;
  readonly parts?: readonly { readonly status: string }[];
}

export type Orders = ReturnType<typeof ordersOf>;
