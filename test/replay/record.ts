import { afterEach, beforeAll, beforeEach, describe, it } from 'vitest';
import { SagaWorld } from '../support/sagaWorld.js';
import { forgetRecordings, keepRecording } from './histories.js';
import { paths } from './paths.js';

/** Records the history of every path anew: `npm run replay:record`. Not a test, but it runs where the test world is. */
describe('recording', { timeout: 60_000 }, () => {
  let world: SagaWorld;
  beforeAll(forgetRecordings);
  beforeEach(async () => {
    world = await SagaWorld.start();
  });
  afterEach(() => world.close());

  it.each(Object.entries(paths))('%s', async (name, path) => {
    const payment = await path(world);
    await payment.ends();
    await payment.expectMoneyRight();
    await keepRecording(`${name}.payment`, payment.workflow);
    for (const workflowId of await payment.otherWorkflowIds()) {
      const [kind = '', , refundId] = workflowId.split('/');
      await keepRecording(
        [name, kind, ...(refundId === undefined ? [] : [refundId])].join('.'),
        world.client.workflow.getHandle(workflowId),
      );
    }
  });
});
