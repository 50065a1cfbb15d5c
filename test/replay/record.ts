import { afterEach, beforeEach, describe, it } from 'vitest';
import { SagaWorld } from '../support/sagaWorld.js';
import { keepRecording, recordedPaths } from './histories.js';
import { paths } from './paths.js';
import { reviewPaths } from './reviewPaths.js';

/**
 * Records the history of every path that has none: `npm run replay:record`. What is recorded stays, for payments that began with
 * the workflows of then may still be running; a recording to be made anew is deleted first. Not a test, but it runs where the test
 * world is.
 */
const recorded = await recordedPaths();

describe('recording', { timeout: 60_000 }, () => {
  let world: SagaWorld;
  beforeEach(async () => {
    world = await SagaWorld.start();
  });
  afterEach(() => world.close());

  const missing = Object.entries({ ...paths, ...reviewPaths }).filter(([name]) => !recorded.has(name));
  it.each(missing)('%s', async (name, path) => {
    const payment = await path(world);
    await payment.ends();
    await payment.expectMoneyRight();
    await keepRecording(`${name}.payment`, payment.workflow);
    for (const workflowId of await payment.otherWorkflowIds()) {
      const [kind = '', of = '', refundId] = workflowId.split('/');
      // Refunds of one name, of several parts or items, are told apart by whose they are.
      const whose = new Set([payment.paymentId, payment.paymentId.split('-')[0]]).has(of) ? [] : [of];
      await keepRecording(
        [name, kind, ...whose, ...(refundId === undefined ? [] : [refundId])].join('.'),
        world.client.workflow.getHandle(workflowId),
      );
    }
  });
});
