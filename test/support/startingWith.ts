import type { Client } from '@temporalio/client';
import type { RefundStarter } from '../../src/delivery/startRefund.js';

/** A client that adds to the input of what it starts, where there is something to add. */
export function startingWith(
  client: Client,
  more: { continueAfterEvents: number | undefined },
): RefundStarter['client'] {
  if (more.continueAfterEvents === undefined) return client;
  const start: Client['workflow']['start'] = (type, options) => {
    const [input] = options.args as [object];
    return client.workflow.start(type, { ...options, args: [{ ...input, ...more }] });
  };
  return { workflow: { start } };
}
