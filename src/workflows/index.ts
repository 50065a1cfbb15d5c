/** Everything the worker bundles: the workflow types by their names. */
export { deliverPending } from './deliverPending.js';
export { cartPayment } from './cartPayment.js';
export { latePayment } from './latePayment.js';
export { partPayment } from './partPayment.js';
export { premiumPayment } from './premiumPayment.js';
export { refund } from './refund.js';
export { splitPayment } from './splitPayment.js';
