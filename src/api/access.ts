import { roles, type Role } from '../records/apiKeys.js';

/** Who may do what. The auditor reads everything and changes nothing. */
export const access = {
  openPayment: ['core'],
  readPayments: roles,
  switchMethod: ['core'],
  cancelPayment: ['core'],
  queryPayment: ['ops'],
  resolvePayment: ['ops'],
  requestRefund: ['core'],
  readEvidence: ['ops', 'finance', 'auditor'],
  replayEvidence: ['ops'],
  readChannels: roles,
  readLedger: ['finance', 'auditor'],
  readCoinsurance: ['finance', 'auditor'],
  readAudit: ['auditor', 'ops'],
} as const satisfies Record<string, readonly Role[]>;

/** Personal data of the payer is shown to those who need it to reach the payer. */
export const seesPayer: readonly Role[] = ['core', 'ops'];
