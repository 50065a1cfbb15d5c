import { methods, type Method } from '../methods.js';
import type { Scenario } from '../scenario.js';
import { callbacks } from './callbacks.js';
import { carts } from './carts.js';
import { closing } from './closing.js';
import { issuing } from './issuing.js';
import { opening } from './opening.js';
import { refunds } from './refunds.js';
import { sharing } from './sharing.js';
import { splitting } from './splitting.js';
import { switching } from './switching.js';

const groups: Readonly<Record<string, readonly Scenario[]>> = {
  callbacks,
  opening,
  issuing,
  closing,
  switching,
  refunds,
  sharing,
  splitting,
  carts,
};
export const groupNames = Object.keys(groups);

/** One cell of the matrix of methods and scenarios. */
export interface Cell {
  readonly method: Method;
  readonly scenario: Scenario;
}

/** Everything with each channel's main product, the essentials with every other; of one channel or one group if said. */
export function matrix({ channel, group }: { channel?: string; group?: string } = {}): readonly Cell[] {
  const scenarios = group === undefined ? Object.values(groups).flat() : (groups[group] ?? []);
  return methods
    .filter((method) => channel === undefined || method.channel === channel)
    .flatMap((method) =>
      scenarios
        .filter(({ everyProduct, fits }) => (method.main || everyProduct === true) && (fits?.(method) ?? true))
        .map((scenario) => ({ method, scenario })),
    );
}
