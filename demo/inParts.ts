import { besides, methodAsked, type Method } from './methods.js';
import type { Story } from './story.js';

/** Asks for a payment in two parts: 800 yuan by its own method and the rest by another, and what else is said of each. */
export function inTwoParts(
  { method, amountFen }: Pick<Story, 'method' | 'amountFen'>,
  { auto = {}, life = {}, by = besides(method) }: { auto?: object; life?: object; by?: Method } = {},
) {
  return {
    method: undefined,
    parts: [
      { partId: 'auto', amountFen: 800_00, method: methodAsked(method), ...auto },
      { partId: 'life', amountFen: amountFen - 800_00, method: methodAsked(by), ...life },
    ],
  };
}
