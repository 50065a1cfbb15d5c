import type { Db } from 'mongodb';
import { document, type StoredBy } from '../../platform/document.js';
import { listOf, oneOf, orNull, sha256, text, time } from '../../platform/fields.js';
import type { CollectionContract } from '../../platform/migrate.js';
import { roles, type ApiKeyRecord, type ApiKeys } from '../apiKeys.js';

const apiKeyDocument = document<ApiKeyRecord>()('keyId', {
  keyId: text,
  name: text,
  roles: listOf(oneOf(roles), { minItems: 1 }),
  secretSha256: sha256,
  createdAt: time,
  revokedAt: orNull(time),
});

export const apiKeyCollection: CollectionContract = {
  name: 'apiKeys',
  schema: apiKeyDocument.schema,
  indexes: [{ name: 'bySecret', key: { secretSha256: 1 }, unique: true }],
};

export function mongoApiKeys(db: Db): ApiKeys {
  const keys = db.collection<StoredBy<typeof apiKeyDocument>>('apiKeys');

  return {
    add: async (key) => {
      await keys.insertOne(apiKeyDocument.store({ ...key, revokedAt: null }));
    },

    findBySecret: async (secretSha256) => {
      const stored = await keys.findOne({ secretSha256, revokedAt: null });
      return stored === null ? null : apiKeyDocument.read(stored);
    },

    list: async () => {
      const found = await keys.find().sort({ createdAt: 1, _id: 1 }).toArray();
      return found.map((stored) => apiKeyDocument.read(stored));
    },

    revoke: async (keyId, at) => {
      const { matchedCount } = await keys.updateOne(
        { _id: keyId, revokedAt: null },
        { $set: { revokedAt: time.store(at) } },
      );
      return matchedCount === 1 || (await keys.countDocuments({ _id: keyId })) === 1;
    },
  };
}
