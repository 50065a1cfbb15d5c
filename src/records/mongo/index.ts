import type { Db } from 'mongodb';
import type { CollectionContract } from '../../platform/migrate.js';
import type { ApiKeys } from '../apiKeys.js';
import type { Audit } from '../audit.js';
import type { Charges } from '../charges.js';
import type { EvidenceStore } from '../evidence.js';
import type { Payments } from '../payments.js';
import type { Refunds } from '../refunds.js';
import type { Reviews } from '../reviews.js';
import { chargeCollection } from './chargeCollection.js';
import { evidenceCollection } from './evidenceCollection.js';
import { apiKeyCollection, mongoApiKeys } from './mongoApiKeys.js';
import { auditCollection, mongoAudit } from './mongoAudit.js';
import { mongoCharges } from './mongoCharges.js';
import { mongoEvidence } from './mongoEvidence.js';
import { mongoPayments } from './mongoPayments.js';
import { mongoRefunds } from './mongoRefunds.js';
import { mongoReviews, reviewCollection } from './mongoReviews.js';
import { paymentCollection } from './paymentCollection.js';
import { refundCollection } from './refundCollection.js';
import { rejectedAttemptCollection } from './rejectedAttempts.js';

export interface Records {
  payments: Payments;
  charges: Charges;
  refunds: Refunds;
  reviews: Reviews;
  evidence: EvidenceStore;
  apiKeys: ApiKeys;
  audit: Audit;
}

/** All records on one database, which `migrate` must have prepared. */
export function mongoRecords(db: Db): Records {
  return {
    payments: mongoPayments(db),
    reviews: mongoReviews(db),
    charges: mongoCharges(db),
    refunds: mongoRefunds(db),
    evidence: mongoEvidence(db),
    apiKeys: mongoApiKeys(db),
    audit: mongoAudit(db),
  };
}

export const recordCollections: readonly CollectionContract[] = [
  paymentCollection,
  chargeCollection,
  refundCollection,
  reviewCollection,
  evidenceCollection,
  rejectedAttemptCollection,
  apiKeyCollection,
  auditCollection,
];
