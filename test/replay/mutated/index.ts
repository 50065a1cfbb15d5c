/** The workflows with one change that nobody may make unnoticed. */
export { latePayment } from '../../../src/workflows/latePayment.js';
export { refund } from '../../../src/workflows/refund.js';
export { premiumPayment } from './premiumPayment.js';
