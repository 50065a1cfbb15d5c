/** Closes a switch over a union: a new member will not compile until every switch handles it. */
export function assertNever(value: never): never {
  throw new Error(`unexpected ${JSON.stringify(value)}`);
}
