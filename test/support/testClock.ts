import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { ActivityInterceptors } from '@temporalio/worker';

/**
 * The test server's time for ports that must answer at once. It is read again before every step a worker takes, so a
 * scripted channel or core lives in the same skipping time as the workflows that call it.
 */
export class TestClock {
  private readMs = 0;
  private readonly environment: Pick<TestWorkflowEnvironment, 'currentTimeMs'>;

  constructor(environment: Pick<TestWorkflowEnvironment, 'currentTimeMs'>) {
    this.environment = environment;
  }

  async read(): Promise<number> {
    this.readMs = await this.environment.currentTimeMs();
    return this.readMs;
  }

  /** As of the last read, ms. */
  get nowMs(): number {
    return this.readMs;
  }

  get nowIso(): string {
    return new Date(this.readMs).toISOString();
  }

  /** For the worker: reads the clock before each attempt of an activity. */
  readBeforeEachStep = (): ActivityInterceptors => ({
    inbound: {
      execute: async (input, next): Promise<unknown> => {
        await this.read();
        return next(input);
      },
    },
  });
}
