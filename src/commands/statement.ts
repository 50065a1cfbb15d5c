/** Fetches a channel's statement of one day from the command line, as the channel made it. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { StatementFetch } from '../channels/channel.js';
import { businessDayOf, isDay } from '../domain/businessDay.js';
import { loadOffer } from '../offer/loadOffer.js';
import { channelsConfig } from '../platform/config.js';

const usage = `Usage:
  npm run statement -- CHANNEL yyyy-MM-dd [--out FOLDER]
A day is a day of Beijing's and is over. Ends with 0 when the file is there, 3 when nothing happened that day, 4 when the
channel is still making it, 5 when it cannot be told: ask again later.`;

const exitCodes = { ready: 0, nothing: 3, notReady: 4, unknown: 5 } as const;

class Usage extends Error {}

try {
  const { channel, day, out } = wanted();
  const { channels } = await loadOffer(channelsConfig(process.env).CHANNELS_CONFIG);
  const found = channels.get(channel);
  if (found === undefined)
    throw new Usage(`There is no channel ${channel}; there are ${[...channels.keys()].join(', ')}.`);
  if (found.statements === null) throw new Usage(`${channel} makes no statements.`);
  const fetched = await found.statements.fetchStatement(day);
  console.log(await take(fetched, { channel, day, out }));
  process.exitCode = exitCodes[fetched.kind];
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = error instanceof Usage ? 2 : 1;
}

function wanted(): { channel: string; day: string; out: string } {
  const { positionals, values } = parsed();
  const [channel, day, ...more] = positionals;
  if (channel === undefined || day === undefined || more.length > 0) throw new Usage(usage);
  if (!isDay(day)) throw new Usage(`${day} is no day.\n${usage}`);
  if (day >= businessDayOf(new Date().toISOString())) throw new Usage(`${day} is not over yet.\n${usage}`);
  return { channel, day, out: values.out };
}

function parsed() {
  try {
    return parseArgs({ allowPositionals: true, options: { out: { type: 'string', default: '.' } } });
  } catch (error) {
    throw new Usage(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}

async function take(
  fetched: StatementFetch,
  { channel, day, out }: { channel: string; day: string; out: string },
): Promise<string> {
  switch (fetched.kind) {
    case 'ready': {
      const { name, bytes } = fetched.file;
      const path = join(out, `${channel}_${day}_${name}`);
      await mkdir(out, { recursive: true });
      await keep(path, bytes);
      return `${path}: ${bytes.length} bytes`;
    }
    case 'nothing':
      return `${channel} says that nothing happened on ${day} (${fetched.code})`;
    case 'notReady':
      return `${channel} is still making its statement of ${day} (${fetched.code})`;
    case 'unknown':
      return `the statement of ${day} could not be had from ${channel} (${fetched.code}); ask again later`;
  }
}

/** A statement that is there is never overwritten by another one; the same again is fine. */
async function keep(path: string, bytes: Buffer): Promise<void> {
  try {
    await writeFile(path, bytes, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if ((await readFile(path)).equals(bytes)) return;
    throw new Error(`${path} is there with another content; it stays as it is`, { cause: error });
  }
}
