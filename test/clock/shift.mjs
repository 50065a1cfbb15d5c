/**
 * `node --import test/clock/shift.mjs`: this process lives at another time, in step with the real one. `CLOCK_SHIFT_MS` says by how much;
 * processes it starts inherit that. Workflows have their time from the Temporal server, which cannot be shifted, so it is shifted where
 * they are told of it: in their bundle, as it is read.
 */
import fsPromises from 'node:fs/promises';

const shiftMs = Number(process.env['CLOCK_SHIFT_MS'] ?? 0);
const RealDate = globalThis.Date;
const now = () => RealDate.now() + shiftMs;
/** Where the SDK's sandbox reads the time of the workflow task, for `Date.now()` and `new Date()` alike. */
const workflowNow = 'getActivator)().now';

if (shiftMs !== 0) {
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new RealDate(now()).toString(),
    get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
  });
  const { readFile } = fsPromises;
  /** @param {Parameters<typeof readFile>} args */
  const shifted = async (...args) => {
    const read = await readFile(...args);
    return typeof read === 'string' ? read.replaceAll(workflowNow, `${workflowNow} + ${shiftMs}`) : read;
  };
  fsPromises.readFile = /** @type {typeof readFile} */ (shifted);
}
