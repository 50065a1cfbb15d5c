import { upsertSearchAttributes } from '@temporalio/workflow';
import { cartStatus } from '../../domain/cart.js';
import type { Review } from '../../domain/review.js';
import type { PaymentStatus } from '../../domain/payment.js';
import type { CartItem } from '../../domain/shape.js';
import { searchAttributes } from '../saga/messages.js';
import type { ReviewDesk } from '../saga/review.js';
import { type CartPaymentInput } from './messages.js';
import { RunningPayment } from '../collect/runningPayment.js';
import { RunningCase } from '../saga/runningCase.js';

const endStatuses: readonly PaymentStatus[] = ['issued', 'refunded', 'closed'];

/** One payment of a cart, from when it goes its own way: a case of its own in the workflow of its cart. */
export class RunningItem extends RunningCase {
  readonly item: CartItem;
  private readonly cart: RunningCart;

  constructor(cart: RunningCart, item: CartItem, status: PaymentStatus) {
    // Continues the cart's version: earlier cart steps were also written to this item.
    const { paymentId } = item;
    super({ paymentId, writer: 'item', status, version: cart.version, kind: 'cart', item: paymentId });
    this.channel = item.channel;
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
export class RunningCart extends RunningPayment {
  readonly cart: CartPaymentInput['cart'];
  items: readonly RunningItem[] = [];

  constructor(input: CartPaymentInput) {
    super(input, 'cart');
    this.cart = input.cart;
  }

  /** From now on each item goes its own way, from where it stands; paid unless said otherwise, in the order of the items. */
  partWithItems(statuses: readonly PaymentStatus[] = []): readonly RunningItem[] {
    this.items = this.cart.items.map((item, index) => new RunningItem(this, item, statuses[index] ?? 'paid'));
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
  protected override hearOfRefund(review: Review | null): void {
    if (this.items.length === 0) super.hearOfRefund(review);
  }

  protected override desks(): readonly ReviewDesk[] {
    return [this.desk, ...this.items.map(({ desk }) => desk)];
  }

  /** All children of a combined order are opened at once, so there is no charge to be replaced by another. */
  protected override canSwitch(): boolean {
    return super.canSwitch() && !this.cart.combined;
  }

  protected override publish(): void {
    upsertSearchAttributes([
      { key: searchAttributes.paymentStatus, value: this.status },
      { key: searchAttributes.needsAttention, value: this.status === 'needsAttention' },
    ]);
  }
}
