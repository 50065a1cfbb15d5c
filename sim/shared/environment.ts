export type Environment = Readonly<Record<string, string | undefined>>;

/** Raises when the variable is missing or empty, so that a wrong set-up stops at once. */
export function required(environment: Environment, name: string): string {
  const value = environment[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set`);
  return value;
}

export function requiredPort(environment: Environment, name: string): number {
  const port = Number(required(environment, name));
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`${name} is not a port number`);
  return port;
}

/** A factor above zero; the fallback when the variable is not set. */
export function scaleOr(environment: Environment, name: string, fallback: number): number {
  const scale = Number(environment[name] ?? fallback);
  if (!(scale > 0)) throw new Error(`${name} is not a number above zero`);
  return scale;
}
