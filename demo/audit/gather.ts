import { Client, Connection } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import { MongoClient, type Document } from 'mongodb';
import type { Stack } from '../../stack/startStack.js';
import { call, succeeded } from '../http.js';
import type { SeenOrder, SeenPolicy, SeenStatement, SeenTrialBalance } from '../seen.js';
import { workflowIdOf, type PaymentRow, type ReviewRow } from './shapes.js';

/** Rows as the database holds them, as far as the audit reads them. */
interface ChargeRow {
  readonly _id: string;
  readonly channel: string;
  readonly paymentId: string;
  readonly paidFen: number;
}

interface RefundRow {
  readonly paymentId: string;
  readonly refundId: string;
  readonly outTradeNo: string;
  readonly amountFen: number;
  readonly origin: 'core' | 'undo' | 'late';
  readonly status: string;
}

interface JournalRow {
  readonly _id: string;
  readonly paymentId: string;
  readonly outTradeNo: string | null;
  readonly lines: readonly { readonly account: string; readonly amountFen: number }[];
}

interface SettlementRow {
  readonly _id: string;
  readonly channel: string;
  readonly amountFen: number;
}

interface EvidenceRow {
  readonly _id: string;
  readonly source: string;
  readonly paymentId: string | null;
  readonly rejected: string | null;
  readonly deliveredAt: Date | null;
}

export interface WorkflowRow {
  readonly workflowId: string;
  /** As Temporal names it: RUNNING, COMPLETED, FAILED… */
  readonly status: string;
  readonly needsAttention: boolean;
}

/** Everything there is, from every side that knows something. */
export interface Audited {
  readonly payments: readonly PaymentRow[];
  readonly charges: readonly ChargeRow[];
  readonly refunds: readonly RefundRow[];
  readonly journals: readonly JournalRow[];
  readonly settlements: readonly SettlementRow[];
  readonly evidence: readonly EvidenceRow[];
  /** Those that wait for a person. */
  readonly reviews: readonly ReviewRow[];
  /** Of every follower of shared policies, as finance reads it. */
  readonly statements: readonly SeenStatement[];
  /** What stands on each account, as finance reads it. */
  readonly trialBalance: SeenTrialBalance;
  readonly orders: readonly SeenOrder[];
  readonly policies: readonly SeenPolicy[];
  readonly workflows: readonly WorkflowRow[];
}

const needsAttentionKey = defineSearchAttributeKey('NeedsAttention', 'BOOL');

export async function gather(stack: Stack): Promise<Audited> {
  const [rows, orders, policies, workflows] = await Promise.all([
    rowsOf(stack),
    ordersOf(stack),
    policiesOf(stack),
    workflowsOf(stack),
  ]);
  const [statements, trialBalance] = await Promise.all([statementsOf(stack, rows.journals), trialBalanceOf(stack)]);
  return { ...rows, statements, trialBalance, orders, policies, workflows: ofOurs(workflows, rows) };
}

/** A Temporal server may serve others too: only what belongs to the rows of this database is looked at. */
function ofOurs(workflows: readonly WorkflowRow[], { payments, charges }: Pick<Audited, 'payments' | 'charges'>) {
  const collecting = new Set(payments.map(workflowIdOf));
  const rowIds = new Set(payments.map(({ _id }) => _id));
  const chargeIds = new Set(charges.map(({ _id }) => _id));
  return workflows.filter(({ workflowId }) => {
    // `refund/P…-S01/E1` names its row, `late/P…C1` its charge.
    const [kind, subject = ''] = workflowId.split('/');
    if (kind === 'refund') return rowIds.has(subject);
    return kind === 'late' ? chargeIds.has(subject) : collecting.has(workflowId);
  });
}

async function rowsOf({ mongoUri, mongoDatabase }: Stack) {
  const client = await MongoClient.connect(mongoUri);
  try {
    const all = async <Row>(collection: string, leaveOut: Document = {}): Promise<Row[]> =>
      (await client.db(mongoDatabase).collection(collection).find({}, { projection: leaveOut }).toArray()) as Row[];
    return {
      payments: await all<PaymentRow>('payments', { payer: 0 }),
      charges: await all<ChargeRow>('charges'),
      refunds: await all<RefundRow>('refunds'),
      journals: await all<JournalRow>('journals'),
      settlements: await all<SettlementRow>('settlements'),
      reviews: (await all<ReviewRow>('reviews')).filter(({ settled }) => settled === null),
      evidence: await all<EvidenceRow>('evidence', { body: 0, headers: 0 }),
    };
  } finally {
    await client.close();
  }
}

/** Of every channel; one simulator may play several. */
async function ordersOf({ channels }: Stack): Promise<SeenOrder[]> {
  const urls = new Set(Object.values(channels).map(({ url }) => url));
  const found = await Promise.all(
    [...urls].map(async (url) => {
      const { orders } = succeeded(await call('GET', `${url}/control/orders`)) as { orders: SeenOrder[] };
      return orders;
    }),
  );
  return found.flat();
}

async function statementsOf({ api, keys }: Stack, journals: readonly JournalRow[]): Promise<SeenStatement[]> {
  const accounts = journals.flatMap(({ lines }) => lines.map(({ account }) => account));
  const insurers = new Set(accounts.filter((account) => account.startsWith(followers)).map(insurerOf));
  return Promise.all(
    [...insurers].map(async (insurer) => {
      const url = `${api.url}/v1/coinsurance/statements?insurer=${insurer}&from=2000-01-01&to=2100-01-01`;
      return succeeded(await call('GET', url, { key: keys.finance })) as SeenStatement;
    }),
  );
}

async function trialBalanceOf({ api, keys }: Stack): Promise<SeenTrialBalance> {
  const url = `${api.url}/v1/ledger/trial-balance?date=2100-01-01`;
  return succeeded(await call('GET', url, { key: keys.finance })) as SeenTrialBalance;
}

export const followers = 'coinsurancePayable:';
const insurerOf = (account: string): string => account.slice(followers.length);

async function policiesOf({ sims }: Stack): Promise<SeenPolicy[]> {
  const { policies } = succeeded(await call('GET', `${sims.core.url}/control/policies`)) as { policies: SeenPolicy[] };
  return policies;
}

async function workflowsOf({ temporal }: Stack): Promise<WorkflowRow[]> {
  const connection = await Connection.connect({ address: temporal.address });
  try {
    const client = new Client({ connection, namespace: temporal.namespace });
    const found: WorkflowRow[] = [];
    for await (const { workflowId, status, typedSearchAttributes } of client.workflow.list()) {
      const needsAttention = typedSearchAttributes.get(needsAttentionKey) === true;
      found.push({ workflowId, status: status.name, needsAttention });
    }
    return found;
  } finally {
    await connection.close();
  }
}
