/**
 * From now on `Date` of this process is so many ms off, and goes on with the real time. Answers with the way back.
 * @param {number} shiftMs
 * @returns {() => void}
 */
export function shiftDate(shiftMs) {
  const RealDate = globalThis.Date;
  const now = () => RealDate.now() + shiftMs;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new RealDate(now()).toString(),
    get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
  });
  return () => {
    globalThis.Date = RealDate;
  };
}
