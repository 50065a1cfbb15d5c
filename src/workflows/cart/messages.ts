import type { Cart } from '../../domain/shape.js';
import type { PremiumPaymentInput } from '../collect/messages.js';

export const cartPaymentType = 'cartPayment';

/** Input of `cartPayment`, id `cart/{cartId}`. Its `paymentId` is that of the cart's own record. */
export interface CartPaymentInput extends PremiumPaymentInput {
  cart: Cart;
}
