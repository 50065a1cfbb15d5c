/**
 * `node --import test/clock/shift.mjs`: this process lives at another time, in step with the real one. `CLOCK_SHIFT_MS` says by how much;
 * processes it starts inherit that. Workflows have their time from the Temporal server, which no library can shift, so it is shifted where
 * they are told of it: in their bundle, as it is read.
 */
import fsPromises from 'node:fs/promises';
import { shiftDate } from './shiftDate.mjs';

const shiftMs = Number(process.env['CLOCK_SHIFT_MS'] ?? 0);
/** Where the SDK's sandbox reads the time of the workflow task, for `Date.now()` and `new Date()` alike. */
const workflowNow = 'getActivator)().now';

if (shiftMs !== 0) {
  shiftDate(shiftMs);
  const { readFile } = fsPromises;
  /** @param {Parameters<typeof readFile>} args */
  const shifted = async (...args) => {
    const read = await readFile(...args);
    return typeof read === 'string' ? read.replaceAll(workflowNow, `${workflowNow} + ${shiftMs}`) : read;
  };
  fsPromises.readFile = /** @type {typeof readFile} */ (shifted);
}
