/** Everything the worker bundles: the workflow types by their names. */
export { deliverPending } from './deliverPending.js';
export { latePayment } from './latePayment.js';
export { premiumPayment } from './premiumPayment.js';
export { refund } from './refund.js';
