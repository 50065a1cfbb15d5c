import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { PartProblem } from '../stack/parts/part.js';
import { startStack, type Stack } from '../stack/startStack.js';
import { settledAudit } from './audit.js';
import { inTurn } from './inTurn.js';
import { jsonReport, textReport, type Report } from './report.js';
import { play } from './scenario.js';
import { methods } from './methods.js';
import { groupNames, matrix } from './scenarios/index.js';
import { demoSettings } from './settings.js';
import { Story } from './story.js';

/** `npm run demo`: every path of a payment, on the real stack, then an audit of all of it. */
const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    channel: { type: 'string' },
    only: { type: 'string' },
  },
});
const scenariosAtOnce = 10;
const { channel, only: group } = options;
const cells = matrix({ ...(channel === undefined ? {} : { channel }), ...(group === undefined ? {} : { group }) });
if (cells.length === 0) {
  const names = [...new Set(methods.map((method) => method.channel))].join(', ');
  console.error(`demo: nothing to play; --channel takes one of ${names}, and --only one of ${groupNames.join(', ')}`);
  process.exit(2);
}
const report = options.json ? jsonReport : textReport();

// The stack stops itself and then ends this program; until then nothing more is said of what fails meanwhile.
const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    interruption.abort();
  });
}

try {
  const stack = await startStack({
    ...demoSettings,
    ports: 'free',
    say: (line) => {
      report.progress(`starting ${line}`);
    },
  });
  try {
    process.exitCode = (await tellEverything(stack, report)) ? 0 : 1;
    if (options.keep) await keepRunning(stack);
  } finally {
    await stack.stop();
  }
} catch (problem) {
  if (!interruption.signal.aborted) {
    if (!(problem instanceof PartProblem)) throw problem;
    console.error(`demo: ${problem.message}`);
    process.exitCode = 1;
  }
}

/** True when every scenario ended as expected and the audit found nothing. */
async function tellEverything(stack: Stack, { begin, played: tell, audited, end }: Report): Promise<boolean> {
  const startedMs = Date.now();
  const run = new Date(startedMs).toISOString().replaceAll(/\D/g, '').slice(0, 14);
  begin(cells);
  const played = await inTurn(
    cells,
    scenariosAtOnce,
    ({ method, scenario }, index) => {
      const paymentId = `D${run}S${String(index + 1).padStart(3, '0')}`;
      return play(scenario, new Story(stack, { paymentId, amountFen: 1_280_00, method }));
    },
    (one) => {
      if (!interruption.signal.aborted) tell(one);
    },
  );
  if (interruption.signal.aborted) return false;
  const audit = await settledAudit(stack, { withinMs: 60_000 });
  audited(audit);
  const allOk = audit.ok && played.every(({ ok }) => ok);
  end({ allOk, played, seconds: (Date.now() - startedMs) / 1000 });
  return allOk;
}

/** For a person who wants to follow the links: the stack stops itself, and this program, on Ctrl-C. */
async function keepRunning({ api, keys, temporal }: Stack): Promise<void> {
  console.error(`demo: left running; Temporal UI ${temporal.uiUrl}, API ${api.url}/docs, auditor key ${keys.auditor}`);
  console.error('demo: Ctrl-C stops everything');
  await once(process, 'exit');
}
