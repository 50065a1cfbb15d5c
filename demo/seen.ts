import type { ChannelName, PayeeChannelName } from '../stack/channels/channelSide.js';

/** What callers and bystanders see, as far as the demo reads it: written from the API's documentation, not from its code. */

export interface SeenPayment {
  readonly paymentId: string;
  readonly status: string;
  readonly amountFen: number;
  readonly paidFen: number;
  readonly refundedFen: number;
  readonly policyNo: string | null;
  readonly outTradeNo: string | null;
  readonly attention: readonly SeenAttention[];
  /** Of a payment in parts: what is still to be paid. */
  readonly leftFen: number;
  readonly charge: SeenCharge | null;
  readonly parts?: readonly SeenPart[];
  readonly charges: readonly SeenChargeRecord[];
  readonly refunds: readonly SeenRefund[];
  readonly evidence: readonly { readonly source: string; readonly outcome: string | null }[];
  readonly timeline: readonly { readonly type: string; readonly detail: string }[];
  readonly links: { readonly temporal: string };
}

export interface SeenCharge {
  readonly outTradeNo: string;
  readonly cashier: SeenCashier | null;
}

interface SeenChargeRecord {
  readonly outTradeNo: string;
  readonly channel: ChannelName | PayeeChannelName;
  readonly product: string;
  readonly status: string;
  readonly paidAt: string | null;
}

export interface SeenPart {
  readonly partId: string;
  readonly status: string;
  readonly amountFen: number;
  readonly paidFen: number;
  readonly refundedFen: number;
  readonly charge: SeenCharge | null;
  readonly timeline: SeenPayment['timeline'];
}

/** A cart as the API shows it. */
export interface SeenCart {
  readonly cartId: string;
  readonly status: string;
  readonly amountFen: number;
  readonly paidFen: number;
  readonly refundedFen: number;
  readonly combined: boolean;
  readonly charge: SeenCharge | null;
  readonly items: readonly {
    readonly paymentId: string;
    readonly status: string;
    readonly paidFen: number;
    readonly refundedFen: number;
  }[];
  readonly charges: readonly SeenChargeRecord[];
  readonly attention: readonly SeenAttention[];
  readonly timeline: SeenPayment['timeline'];
  readonly links: { readonly temporal: string };
}

/** An amount that finance expects to arrive. */
export interface SeenDue {
  readonly paymentId: string;
  readonly channel: ChannelName | PayeeChannelName;
  readonly amountFen: number;
}

/** A page of them; `next` asks for the following one. */
export interface SeenDuePage {
  readonly amounts: readonly SeenDue[];
  readonly next: string | null;
}

/** What stands on each account, as finance reads it. */
export interface SeenTrialBalance {
  readonly accounts: readonly { readonly account: string; readonly debitFen: number; readonly creditFen: number }[];
  readonly debitFen: number;
  readonly creditFen: number;
  readonly balanced: boolean;
}

export interface SeenAttention {
  readonly reason: string;
  readonly decisions: readonly string[];
  readonly refundId?: string;
  readonly partId?: string;
}

interface SeenRefund {
  readonly refundId: string;
  readonly partId?: string;
  readonly refundNo: string;
  readonly amountFen: number;
  readonly status: string;
}

export interface OpenedPayment {
  readonly paymentId: string;
  readonly status: string;
  readonly charge: SeenCharge | null;
  readonly links: { readonly temporal: string };
}

export type SeenCashier =
  | { readonly kind: 'qr'; readonly code: string }
  | { readonly kind: 'redirect'; readonly url: string }
  | { readonly kind: 'form'; readonly action: string; readonly fields: Readonly<Record<string, string>> }
  | { readonly kind: 'script'; readonly parameters: Readonly<Record<string, string>> }
  | { readonly kind: 'terminal'; readonly terminalId: string; readonly orderNo: string };

/** An order as the channel's simulator shows it. */
export interface SeenOrder {
  readonly outTradeNo: string;
  readonly merchantId: string;
  readonly state: string;
  readonly paidFen: number;
  readonly refundedFen: number;
  /** How often each was asked. */
  readonly verbs: Readonly<Record<'open' | 'query' | 'close' | 'refund' | 'queryRefund', number>>;
  readonly refunds: readonly { readonly amountFen: number; readonly status: string; readonly kind?: string }[];
  readonly notifications: readonly {
    readonly event: string;
    readonly state: string;
    readonly deliveries: readonly { readonly body: string; readonly acknowledged: boolean }[];
  }[];
}

/** A follower's statement. */
export interface SeenStatement {
  readonly insurer: string;
  readonly lines: readonly { readonly key: string; readonly netFen: number }[];
  readonly totals: { readonly grossFen: number; readonly feeFen: number; readonly netFen: number };
}

/** A payment as the core's simulator shows it. */
export interface SeenPolicy {
  readonly paymentId: string;
  readonly policyNo: string | null;
  readonly premiumFen: number;
  readonly cancelled: boolean;
  readonly issueCalls: number;
}
