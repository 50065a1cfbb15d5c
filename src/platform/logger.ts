import { pino, type DestinationStream, type Logger } from 'pino';

/**
 * Fields that hold a secret or a person, wherever they stand up to two levels deep. Nothing should log them; this is
 * for the day when something does.
 */
const neverWritten = ['authorization', 'payer', 'mobile', 'name', 'sign', 'secret', 'key', 'cookie'];
const paths = neverWritten.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);

/** JSON lines on standard output, one per happening, times in ISO-8601 UTC. `destination` is for tests. */
export function createLogger(
  settings: { level: string; program: string },
  destination: DestinationStream = pino.destination(1),
): Logger {
  return pino(
    {
      level: settings.level,
      base: { program: settings.program },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths, censor: '[redacted]' },
      serializers: { err: withoutRequest },
    },
    destination,
  );
}

/** An error's own words and trail. Other fields of foreign errors may hold a whole request, so they stay out. */
function withoutRequest(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name: type, message, stack, cause } = error;
  return { type, message, stack, ...(cause === undefined ? {} : { cause: withoutRequest(cause) }) };
}
