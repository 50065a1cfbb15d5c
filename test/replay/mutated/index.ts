/** The workflows with one change that nobody may make unnoticed. */
export { latePayment } from '../../../src/workflows/late/latePayment.js';
export { refund } from '../../../src/workflows/refund/refund.js';
export { premiumPayment } from './premiumPayment.js';
