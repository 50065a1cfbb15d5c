import { ActivityCancellationType, type ActivityOptions } from '@temporalio/workflow';

// A step's calls to a channel end within 30 s, and wait at most ten before (both by configuration's limits), so the step always
// learns that it does not know;
// giving up later than the call itself loses nothing.
/** Steps that call a channel. Repeated without end: each is safe under its number. */
export const channelCall = {
  startToCloseTimeout: '45s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
  // The default would report "cancelled" while the call is still under way.
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
} as const satisfies ActivityOptions;

/** Steps that call the core. Repeated without end; see `issuePolicy` for the one with a deadline. */
export const coreCall = {
  startToCloseTimeout: '45s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '60s' },
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
} as const satisfies ActivityOptions;

/** Steps that only write to our own records. Repeated without end. */
export const bookkeeping = {
  startToCloseTimeout: '20s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s' },
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
} as const satisfies ActivityOptions;
