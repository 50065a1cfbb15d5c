import { methods, type Method } from '../methods.js';
import type { Scenario } from '../scenario.js';
import { callbacks } from './callbacks.js';
import { closing } from './closing.js';
import { issuing } from './issuing.js';
import { opening } from './opening.js';
import { refunds } from './refunds.js';
import { sharing } from './sharing.js';
import { switching } from './switching.js';

const scenarios: readonly Scenario[] = [
  ...callbacks,
  ...opening,
  ...issuing,
  ...closing,
  ...switching,
  ...refunds,
  ...sharing,
];

/** One cell of the matrix of methods and scenarios. */
export interface Cell {
  readonly method: Method;
  readonly scenario: Scenario;
}

/** Everything with each channel's main product, the essentials with every other; of one channel if said. */
export function matrix(channel?: string): readonly Cell[] {
  return methods
    .filter((method) => channel === undefined || method.channel === channel)
    .flatMap((method) =>
      scenarios
        .filter(({ everyProduct, fits }) => (method.main || everyProduct === true) && (fits?.(method) ?? true))
        .map((scenario) => ({ method, scenario })),
    );
}
