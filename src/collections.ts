import { journalCollection } from './ledger/mongo/journalCollection.js';
import { ledgerDayCollection } from './ledger/mongo/mongoBalances.js';
import { settlementCollection } from './ledger/mongo/mongoSettlements.js';
import type { CollectionContract, Upgrade } from './platform/migrate.js';
import { attentionToReviews } from './records/mongo/attentionToReviews.js';
import { recordCollections } from './records/mongo/index.js';

/** Every collection of the product: what `migrate` makes of a database. */
export const collections: readonly CollectionContract[] = [
  ...recordCollections,
  journalCollection,
  ledgerDayCollection,
  settlementCollection,
];

/** What documents of earlier versions need, in order. */
export const upgrades: readonly Upgrade[] = [attentionToReviews];
