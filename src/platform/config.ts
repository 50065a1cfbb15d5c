import { z } from 'zod';
import { durationMs } from './duration.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A setting is wrong. The message is one line naming the variable, never its value, which may be a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const whole = (range: { min: number; max: number }) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= range.min && value <= range.max, `must be from ${range.min} to ${range.max}`);

const host = z.string().min(1, 'must be a host name or address');
const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });

const shared = {
  MONGODB_URI: z.string().regex(/^mongodb(\+srv)?:\/\//, 'must start with mongodb:// or mongodb+srv://'),
  MONGODB_DATABASE: z
    .string()
    .regex(/^[\w-]{1,38}$/, 'must be 1 to 38 letters, digits, _ or -')
    .default('premium_payments'),
  CHANNELS_CONFIG: z.string().min(1, 'must name the channels file'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'must be a level such as info or warn')
    .default('info'),
};

const apiVariables = z.object({
  ...shared,
  HOST: host.default('127.0.0.1'),
  PORT: whole({ min: 0, max: 65_535 }).default(8080),
  /** Where a person opens the Temporal UI; only links are made from it. */
  TEMPORAL_UI_URL: httpUrl.default('http://127.0.0.1:8233'),
  /** How long a caller waits for a charge to open before it is told to ask again. */
  OPEN_WAIT: durationMs.default(8_000),
  /** Per API key and API process. */
  RATE_LIMIT_PER_MINUTE: whole({ min: 1, max: 100_000_000 }).default(6_000),
  /** How many proxies stand in front and may be believed about the caller's address. */
  TRUST_PROXY: whole({ min: 0, max: 10 }).default(0),
  /** Finance's own codes and names of accounts; without it the defaults hold. */
  LEDGER_CHART: z.string().min(1, 'must name the chart of accounts').optional(),
  /** How long requests under way may take to finish once the process is told to stop. */
  SHUTDOWN_WAIT: durationMs.default(15_000),
});

const workerVariables = z.object({
  ...shared,
  CORE_URL: httpUrl,
  /** As Standard Webhooks writes it. */
  CORE_WEBHOOK_SECRET: z.string().regex(/^whsec_[A-Za-z0-9+/]{24,}={0,2}$/, 'must be whsec_ and base64'),
  /** Shorter than the step that makes the call, which must learn that it does not know. */
  CORE_TIMEOUT: durationMs.pipe(z.number().max(40_000, 'must be at most 40s')).default(10_000),
  /** Calls to the core for one policy after which someone is told. */
  ISSUE_ALERT_ATTEMPTS: whole({ min: 1, max: 100_000 }).default(10),
  METRICS_HOST: host.default('127.0.0.1'),
  METRICS_PORT: whole({ min: 0, max: 65_535 }).default(9464),
});

const databaseVariables = z.object({ MONGODB_URI: shared.MONGODB_URI, MONGODB_DATABASE: shared.MONGODB_DATABASE });
const channelsVariables = z.object({ CHANNELS_CONFIG: shared.CHANNELS_CONFIG });

export type ApiConfig = z.output<typeof apiVariables>;
export type WorkerConfig = z.output<typeof workerVariables>;
export type DatabaseConfig = z.output<typeof databaseVariables>;

/** What the API process needs. Durations come out in ms. Raises ConfigError. */
export function apiConfig(environment: Environment): ApiConfig {
  return read(apiVariables, environment);
}

/** What a worker process needs. Durations come out in ms. Raises ConfigError. */
export function workerConfig(environment: Environment): WorkerConfig {
  return read(workerVariables, environment);
}

/** What a program needs that talks to channels. Raises ConfigError. */
export function channelsConfig(environment: Environment): z.output<typeof channelsVariables> {
  return read(channelsVariables, environment);
}

/** What a program needs that only talks to MongoDB. Raises ConfigError. */
export function databaseConfig(environment: Environment): DatabaseConfig {
  return read(databaseVariables, environment);
}

function read<Variables extends z.ZodObject>(variables: Variables, environment: Environment): z.output<Variables> {
  // An empty variable is one that was not filled in, not a value.
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const result = variables.safeParse(given);
  if (result.success) return result.data;
  const wrong = result.error.issues.map(({ path, message }) => {
    const name = path.join('.');
    return name in given ? `${name} ${message}` : `${name} is not set`;
  });
  throw new ConfigError(wrong.join('; '));
}
