import { cancelPolicy } from './issue/cancelPolicy.js';
import { closeCharge } from './collect/closeCharge.js';
import { closeCombined, openCombined, queryCombined } from './collect/combinedCharges.js';
import { compareBook } from './reconcile/compareBook.js';
import { deliverPending } from './sweep/deliverPending.js';
import type { Dependencies } from './saga/dependencies.js';
import { issuePolicy } from './issue/issuePolicy.js';
import { openCharge } from './collect/openCharge.js';
import { queryCharge } from './collect/queryCharge.js';
import { queryPolicy } from './issue/queryPolicy.js';
import {
  loadLateCharge,
  receiveLateMoney,
  receiveStranded,
  recordReturned,
  revivePayment,
  settleStranded,
} from './late/receiveLateMoney.js';
import { receiveCart } from './cart/receiveCart.js';
import { receivePremium } from './collect/receivePremium.js';
import { escalate, escalateRefund, recordPayment } from './saga/recordPayment.js';
import { registerItems, registerParts } from './split/registerParts.js';
import {
  findRefund,
  queryRefund,
  refundCharge,
  reserveRefund,
  returnPremium,
  settleRefundOutside,
} from './refund/refundCharge.js';

/** Steps that call a channel. */
const channelSteps = (deps: Dependencies) => ({
  openCharge: openCharge(deps),
  queryCharge: queryCharge(deps),
  closeCharge: closeCharge(deps),
  openCombined: openCombined(deps),
  queryCombined: queryCombined(deps),
  closeCombined: closeCombined(deps),
  refundCharge: refundCharge(deps),
  queryRefund: queryRefund(deps),
});

/** Steps that call the core. */
const coreSteps = (deps: Dependencies) => ({
  issuePolicy: issuePolicy(deps),
  queryPolicy: queryPolicy(deps),
  cancelPolicy: cancelPolicy(deps),
});

/** Steps that only write or read what is ours. */
const recordSteps = (deps: Dependencies) => ({
  registerParts: registerParts(deps),
  registerItems: registerItems(deps),
  receivePremium: receivePremium(deps),
  receiveCart: receiveCart(deps),
  recordPayment: recordPayment(deps),
  escalate: escalate(deps),
  loadLateCharge: loadLateCharge(deps),
  receiveLateMoney: receiveLateMoney(deps),
  receiveStranded: receiveStranded(deps),
  settleStranded: settleStranded(deps),
  revivePayment: revivePayment(deps),
  recordReturned: recordReturned(deps),
  reserveRefund: reserveRefund(deps),
  findRefund: findRefund(deps),
  returnPremium: returnPremium(deps),
  settleRefundOutside: settleRefundOutside(deps),
  escalateRefund: escalateRefund(deps),
  deliverPending: deliverPending(deps),
  compareBook: compareBook(deps),
});

/** Every step a workflow can take, with what it works on. */
export const createActivities = (deps: Dependencies) => ({
  ...channelSteps(deps),
  ...coreSteps(deps),
  ...recordSteps(deps),
});

export type Activities = ReturnType<typeof createActivities>;
export type ChannelSteps = ReturnType<typeof channelSteps>;
export type CoreSteps = ReturnType<typeof coreSteps>;
export type RecordSteps = ReturnType<typeof recordSteps>;

/** What workflows hand to the steps and get back; they see these types and never the code behind them. */
export type { CloseResult, RefundOrder } from '../channels/channel.js';
export type { IssueRequest } from '../core/core.js';
export type { PaymentStep, StepWriter } from '../records/payments.js';
export type { RefundAttempt, RefundStatus, RefundStep } from '../records/refunds.js';
export type { CombinedOrderRef } from './collect/combinedCharges.js';
export type { OpenedCharge } from './collect/openCharge.js';
export type { LateCharge, ReceivedLateMoney } from './late/receiveLateMoney.js';
export type { RefundAnswer, ReservedRefund } from './refund/refundCharge.js';
