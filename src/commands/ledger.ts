/** Proves the book from the command line: every journal recomputed, and held against every payment, part, cart and item. */
import { parseArgs } from 'node:util';
import { isDay } from '../domain/businessDay.js';
import { mongoBalances } from '../ledger/mongo/mongoBalances.js';
import { mongoLedger } from '../ledger/mongo/mongoLedger.js';
import { verifyBookDay, type BookProblem } from '../ledger/verifyBook.js';
import { databaseConfig } from '../platform/config.js';
import { mongoDatabase } from '../platform/mongo.js';
import { compareWithRecords } from '../activities/reconcile/compareBook.js';
import { mongoRecords } from '../records/mongo/index.js';

const usage = `Usage:
  npm run ledger -- verify [--from yyyy-MM-dd] [--to yyyy-MM-dd] [--json]
Ends with 0 when the book is right, with 1 when it is not.`;

class Usage extends Error {}

try {
  const { positionals, values } = parsed();
  if (positionals.length !== 1 || positionals[0] !== 'verify') throw new Usage(usage);
  const { MONGODB_URI: uri, MONGODB_DATABASE: database } = databaseConfig(process.env);
  const mongo = mongoDatabase({ uri, database, appName: 'premium-payments-ledger' });
  const problems = await verify(mongo.db, values).finally(mongo.close);
  process.exitCode = problems === 0 ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = error instanceof Usage ? 2 : 1;
}

function parsed() {
  const day = { type: 'string' } as const;
  try {
    const read = parseArgs({
      allowPositionals: true,
      options: { from: day, to: day, json: { type: 'boolean', default: false } },
    });
    const { from, to } = read.values;
    if ([from, to].some((each) => each !== undefined && !isDay(each))) {
      throw new Error('A day is written like 2026-11-22.');
    }
    return read;
  } catch (error) {
    throw new Usage(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}

async function verify(
  db: Parameters<typeof mongoLedger>[0],
  { from, to, json }: ReturnType<typeof parsed>['values'],
): Promise<number> {
  const ledger = mongoLedger(db);
  const balances = mongoBalances(db);
  const range = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  const print = (text: string, facts: object): void => {
    console.log(json ? JSON.stringify(facts) : text);
  };
  let journals = 0;
  let problems = 0;
  const tell = (problem: BookProblem | { paymentId: string; problem: string }): void => {
    problems += 1;
    const where = 'bookDate' in problem ? `${problem.bookDate} ${problem.key ?? ''}` : problem.paymentId;
    print(`✗ ${where}: ${problem.problem}`, problem);
  };
  for (const bookDate of await ledger.days(range)) {
    const check = verifyBookDay(bookDate, await ledger.ofDay(bookDate));
    check.problems.forEach(tell);
    const kept = new Map(
      (await balances.onDay(bookDate)).map((each) => [each.account, each.debitFen - each.creditFen]),
    );
    for (const account of new Set([...kept.keys(), ...check.totals.keys()])) {
      const [sumFen, keptFen] = [check.totals.get(account) ?? 0, kept.get(account) ?? 0];
      if (sumFen !== keptFen) {
        tell({ bookDate, key: null, problem: `${account} is kept as ${keptFen} fen and sums to ${sumFen}` });
      }
    }
    journals += check.journals;
    const { lastHash } = check;
    print(`${bookDate}  ${check.journals} journals, last hash ${lastHash}`, {
      bookDate,
      journals: check.journals,
      lastHash,
    });
  }
  const compared = await compareWithRecords(ledger, mongoRecords(db), tell);
  print(
    `${journals} journals, ${compared} payments compared: ${problems === 0 ? 'the book is right' : `${problems} problems`}`,
    { journals, payments: compared, problems },
  );
  return problems;
}
