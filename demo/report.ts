import type { Audit } from './audit.js';
import type { Played } from './scenario.js';
import type { Cell } from './scenarios/index.js';

/** How a run tells what happened: for people, or one JSON object per line for machines. */
export interface Report {
  readonly begin: (cells: readonly Cell[]) => void;
  /** What is being set up. */
  readonly progress: (line: string) => void;
  readonly played: (played: Played) => void;
  readonly audited: (audit: Audit) => void;
  readonly end: (run: { allOk: boolean; played: readonly Played[]; seconds: number }) => void;
}

export const jsonReport: Report = {
  begin: () => undefined,
  progress: (line) => {
    console.error(`demo: ${line}`);
  },
  played: (played) => {
    console.log(JSON.stringify(played));
  },
  audited: ({ ok, checks }) => {
    console.log(JSON.stringify({ audit: { checks }, ok }));
  },
  end: () => undefined,
};

/** One line per scenario, in columns as wide as the longest name and expectation. */
export function textReport(): Report {
  let nameWidth = 0;
  let endWidth = 0;
  const line = (mark: string, name: string, expected: string, actual: string, link: string) => {
    console.log(`${mark} ${name.padEnd(nameWidth)}  ${expected.padEnd(endWidth)}  ${actual.padEnd(endWidth)}  ${link}`);
  };
  return {
    begin(cells) {
      nameWidth = Math.max(...cells.map(({ method, scenario }) => label(method, scenario.name).length));
      endWidth = Math.max(...cells.map(({ scenario }) => scenario.expected.length));
      console.log('');
      line(' ', 'scenario', 'expected', 'actual', 'in the Temporal UI');
    },
    progress(text) {
      console.log(`demo: ${text}`);
    },
    played({ channel, product, scenario, expected, actual, ok, link }) {
      line(mark(ok), label({ channel, product }, scenario), expected, actual, link);
    },
    audited({ checks }) {
      console.log('\naudit over everything in the database, at the channel, at the core and in Temporal');
      const width = Math.max(...checks.map(({ check }) => check.length));
      for (const { check, ok, figures, problems } of checks) {
        const shown = Object.entries(figures).map(([name, value]) => `${name} ${value}`);
        console.log(`${mark(ok)} ${check.padEnd(width)}  ${shown.join(', ')}`);
        for (const problem of problems) console.log(`    ${problem}`);
      }
    },
    end({ allOk, played, seconds }) {
      const right = played.filter(({ ok }) => ok).length;
      const verdict = allOk ? 'everything ended as expected' : 'NOT everything ended as expected';
      console.log(`\n${right} of ${played.length} scenarios as expected in ${Math.round(seconds)} s; ${verdict}`);
    },
  };
}

function label({ channel, product }: { channel: string; product: string }, scenario: string): string {
  return `${channel} ${product}: ${scenario}`;
}

function mark(ok: boolean): string {
  return ok ? '✓' : '✗';
}
