import { PartProblem } from './parts/part.js';
import { startStack, type Stack } from './startStack.js';

/** `npm start`: everything on loopback, left running for a person until Ctrl-C. */
try {
  const stack = await startStack({
    ports: 'default',
    interruptedExitCode: 0, // Ctrl-C is how a person ends it.
    say: (line) => {
      console.log(`starting: ${line}`);
    },
  });
  console.log(welcome(stack));
} catch (problem) {
  if (!(problem instanceof PartProblem)) throw problem;
  console.error(`not started: ${problem.message}`);
  process.exit(1);
}

function welcome({ api, keys, sims, temporal, metricsUrl, folder }: Stack): string {
  const paymentId = `P${Date.now()}`;
  return `
Running. Ctrl-C stops everything.

  API            ${api.url}/v1     documentation ${api.url}/docs
  Temporal UI    ${temporal.uiUrl}
  Alipay, simulated       ${sims.alipay.url}/control/orders
  WeChat Pay, simulated   ${sims.wechatpay.url}/control/orders
  UnionPay, simulated     ${sims.unionpay.url}/control/orders
  core, simulated         ${sims.core.url}/control/policies
  worker metrics ${metricsUrl}
  logs           ${folder}

  API keys, for this run only
    core     ${keys.core}
    ops      ${keys.ops}
    finance  ${keys.finance}
    auditor  ${keys.auditor}

1. Ask for a premium of 1280.00 yuan:

  curl -s ${api.url}/v1/payments -H 'authorization: Bearer ${keys.core}' -H 'content-type: application/json' \\
    -d '{"paymentId":"${paymentId}","proposalNo":"TP2026110001","productCode":"AUTO-CI","amountFen":128000,"currency":"CNY","subject":"机动车商业保险","method":{"channel":"alipay","product":"qr"}}'

2. Pay it, as the payer would in the Alipay app:

  curl -s -X POST ${sims.alipay.url}/control/orders/${paymentId}C1/pay -H 'content-type: application/json' -d '{}'

3. See what became of it:

  curl -s ${api.url}/v1/payments/${paymentId} -H 'authorization: Bearer ${keys.core}'
`;
}
