import { inRecords } from '../saga/steps.js';

/** Run by a schedule: brings facts that were stored but never delivered to the workflows that wait for them. */
export async function deliverPending(): Promise<{ payments: number; refunds: number; evidence: number }> {
  return inRecords.deliverPending.executeWithOptions({ summary: 'deliver what a crash left behind' }, []);
}
