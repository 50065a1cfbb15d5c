/** Makes the database match what this version needs, and says what it changed. Safe to repeat. */
import { collections, upgrades } from '../collections.js';
import { databaseConfig } from '../platform/config.js';
import { migrate } from '../platform/migrate.js';
import { mongoDatabase } from '../platform/mongo.js';

try {
  const { MONGODB_URI: uri, MONGODB_DATABASE: database } = databaseConfig(process.env);
  const { db, close } = mongoDatabase({ uri, database, appName: 'premium-payments-migrate' });
  const changes = await migrate(db, collections, upgrades).finally(close);
  const sentences = changes.length === 0 ? ['nothing to change'] : changes;
  process.stdout.write(sentences.map((sentence) => `database ${database}: ${sentence}\n`).join(''));
} catch (error) {
  process.stderr.write(`database not migrated: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
