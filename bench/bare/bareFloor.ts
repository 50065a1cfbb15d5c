import path from 'node:path';
import { WithStartWorkflowOperation, type Client } from '@temporalio/client';
import { freePorts } from '../../stack/ports.js';
import { answers, Program } from '../../stack/program.js';
import type { Stack } from '../../stack/startStack.js';
import { bareTaskQueue, bareWorkflowType, openUpdate, paidSignal, searchAttributes } from './messages.js';
import type { barePayment } from './workflow.js';

/** What the payments are measured beside, on the same servers: a bare worker and a bare Express application. */
export interface BareFloor {
  readonly callbackUrl: string;
  stop(): Promise<void>;
}

export async function startBareFloor(stack: Stack, client: Client): Promise<BareFloor> {
  const { API_PORT: port } = await freePorts();
  const url = `http://127.0.0.1:${port}`;
  const worker = bareProgram('worker', stack, {
    env: { TEMPORAL_ADDRESS: stack.temporal.address, TEMPORAL_NAMESPACE: stack.temporal.namespace },
    isReady: () => isPolled(client),
  });
  const insertServer = bareProgram('insertServer', stack, {
    env: { PORT: String(port), MONGODB_URI: stack.mongoUri, MONGODB_DATABASE: stack.mongoDatabase },
    isReady: () => answers(`${url}/healthz`),
  });
  const stop = async () => {
    await Promise.all([worker.stop(), insertServer.stop()]);
  };
  try {
    await worker.start();
    await insertServer.start();
  } catch (problem) {
    await stop();
    throw problem;
  }
  return { callbackUrl: `${url}/callbacks`, stop };
}

function bareProgram(
  file: string,
  { folder }: Stack,
  { env, isReady }: { env: Record<string, string>; isReady: () => Promise<boolean> },
): Program {
  return new Program({
    name: `bare ${file}`,
    command: process.execPath,
    args: [path.join('dist', 'bench', 'bare', `${file}.js`)],
    env,
    logFile: path.join(folder, `bare-${file}.log`),
    isReady,
  });
}

async function isPolled(client: Client): Promise<boolean> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: bareTaskQueue },
  });
  return pollers.length > 0;
}

/** One bare payment from its start to its end, straight through the Temporal client. */
export async function runBarePayment(client: Client, paymentId: string): Promise<void> {
  const outTradeNo = `${paymentId}C1`;
  const startWorkflowOperation = new WithStartWorkflowOperation<typeof barePayment>(bareWorkflowType, {
    workflowId: `bare/${paymentId}`,
    taskQueue: bareTaskQueue,
    args: [outTradeNo],
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: `1280.00 CNY by alipay qr for proposal TP${paymentId}`,
    typedSearchAttributes: [
      { key: searchAttributes.paymentStatus, value: 'opening' },
      { key: searchAttributes.channel, value: 'alipay' },
      { key: searchAttributes.proposalNo, value: `TP${paymentId}` },
      { key: searchAttributes.amountFen, value: 1_280_00 },
      { key: searchAttributes.needsAttention, value: false },
    ],
  });
  await client.workflow.executeUpdateWithStart(openUpdate, { startWorkflowOperation, updateId: `open-${paymentId}` });
  const handle = client.workflow.getHandle<typeof barePayment>(`bare/${paymentId}`);
  await handle.signal(paidSignal);
  await handle.result();
}
