import { upsertSearchAttributes } from '@temporalio/workflow';
import { cartStatus } from '../../domain/cart.js';
import type { Attention } from '../../domain/review.js';
import type { PaymentStatus } from '../../domain/payment.js';
import type { CartItem } from '../../domain/shape.js';
import { searchAttributes, type Resolution } from '../saga/messages.js';
import { type CartPaymentInput } from './messages.js';
import { OpenPayment } from '../collect/openPayment.js';
import { PaymentCase } from '../saga/paymentCase.js';

const endStatuses: readonly PaymentStatus[] = ['issued', 'refunded', 'closed'];

/** One payment of a cart, from when it goes its own way: a case of its own in the workflow of its cart. */
export class ItemCase extends PaymentCase {
  readonly item: CartItem;
  private readonly cart: OpenCart;

  constructor(cart: OpenCart, item: CartItem, status: PaymentStatus) {
    // Counted on from the cart's steps, of which the item's charge has had some.
    super({ paymentId: item.paymentId, writer: 'item', status, version: cart.version });
    this.cart = cart;
    this.item = item;
  }

  /** The workflow is the cart's, so what can be found of it is the cart's to say. */
  protected override publish(): void {
    this.cart.refresh();
  }
}

/**
 * A cart while its workflow runs: until it is paid its items go every step with it; then each goes its own way, and the
 * cart stands where its items do.
 */
export class OpenCart extends OpenPayment {
  readonly cart: CartPaymentInput['cart'];
  items: readonly ItemCase[] = [];

  constructor(input: CartPaymentInput) {
    super(input);
    this.cart = input.cart;
  }

  /** From now on each item goes its own way, from where it stands; paid unless said otherwise, in the order of the items. */
  partWithItems(statuses: readonly PaymentStatus[] = []): readonly ItemCase[] {
    this.items = this.cart.items.map((item, index) => new ItemCase(this, item, statuses[index] ?? 'paid'));
    return this.items;
  }

  /** The status again, from the items. */
  refresh(): void {
    const status = cartStatus(this.items.map((item) => item.status));
    if (status === this.status || endStatuses.includes(this.status)) return;
    this.status = status;
    this.publish();
  }

  protected override followers(): readonly string[] {
    return this.items.length === 0 ? this.cart.items.map(({ paymentId }) => paymentId) : [];
  }

  /** A refund of one item shows in its own record; only one of all the money makes the cart wait. */
  protected override hearOfRefund(attention: Attention | null): void {
    if (this.items.length === 0) super.hearOfRefund(attention);
  }

  protected override innerCaseOf({ paymentId }: Resolution): PaymentCase | undefined {
    return this.items.find((item) => item.paymentId === paymentId && item.attention !== null);
  }

  protected override publish(): void {
    upsertSearchAttributes([
      { key: searchAttributes.paymentStatus, value: this.status },
      { key: searchAttributes.needsAttention, value: this.status === 'needsAttention' },
    ]);
  }
}
