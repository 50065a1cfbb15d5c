import type { Scenario } from '../scenario.js';
import { callbacks } from './callbacks.js';
import { closing } from './closing.js';
import { issuing } from './issuing.js';
import { opening } from './opening.js';
import { refunds } from './refunds.js';
import { switching } from './switching.js';

export const scenarios: readonly Scenario[] = [
  ...callbacks,
  ...opening,
  ...issuing,
  ...closing,
  ...switching,
  ...refunds,
];
