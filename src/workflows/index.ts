/** Everything the worker bundles: the workflow types by their names. */
export { deliverPending } from './sweep/deliverPending.js';
export { cartPayment } from './cart/cartPayment.js';
export { latePayment } from './late/latePayment.js';
export { partPayment } from './split/partPayment.js';
export { premiumPayment } from './collect/premiumPayment.js';
export { refund } from './refund/refund.js';
export { review } from './review/review.js';
export { splitPayment } from './split/splitPayment.js';
