import { products } from './settings.js';
import type { Story } from './story.js';

/**
 * What to open a payment with whose unpaid order is given up: where it cannot be closed, its workflow watches it until it
 * expires, and a demo does not wait for half an hour.
 */
export function watchedToTheEnd({ method }: Story): { productCode?: string } {
  return method.closes ? {} : { productCode: products.brief };
}
