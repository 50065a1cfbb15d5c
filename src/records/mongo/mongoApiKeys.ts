import type { Db } from 'mongodb';
import type { CollectionContract } from '../../platform/migration.js';
import { readTime, readTimeOrNull, storeTime } from '../../platform/stored.js';
import { listOf, oneOf, orNull, record, sha256, text, time } from '../../platform/validator.js';
import { roles, type ApiKeyRecord, type ApiKeys } from '../apiKeys.js';

type ApiKeyDocument = Omit<ApiKeyRecord, 'keyId' | 'createdAt' | 'revokedAt'> & {
  _id: string;
  createdAt: Date;
  revokedAt: Date | null;
};

export const apiKeyCollection: CollectionContract = {
  name: 'apiKeys',
  schema: record({
    _id: text,
    name: text,
    roles: listOf(oneOf(roles), { minItems: 1 }),
    secretSha256: sha256,
    createdAt: time,
    revokedAt: orNull(time),
  }),
  indexes: [{ name: 'bySecret', key: { secretSha256: 1 }, unique: true }],
};

export function mongoApiKeys(db: Db): ApiKeys {
  const keys = db.collection<ApiKeyDocument>('apiKeys');

  return {
    add: async ({ keyId, createdAt, ...key }) => {
      await keys.insertOne({ _id: keyId, ...key, createdAt: storeTime(createdAt), revokedAt: null });
    },

    findBySecret: async (secretSha256) => {
      const stored = await keys.findOne({ secretSha256, revokedAt: null });
      return stored === null ? null : readApiKey(stored);
    },

    list: async () => {
      const found = await keys.find().sort({ createdAt: 1, _id: 1 }).toArray();
      return found.map(readApiKey);
    },

    revoke: async (keyId, at) => {
      const { matchedCount } = await keys.updateOne(
        { _id: keyId, revokedAt: null },
        { $set: { revokedAt: storeTime(at) } },
      );
      return matchedCount === 1 || (await keys.countDocuments({ _id: keyId })) === 1;
    },
  };
}

const readApiKey = ({ _id, ...stored }: ApiKeyDocument): ApiKeyRecord => ({
  keyId: _id,
  ...stored,
  createdAt: readTime(stored.createdAt),
  revokedAt: readTimeOrNull(stored.revokedAt),
});
