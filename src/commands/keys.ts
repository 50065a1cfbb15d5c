/** API keys from the command line. A key is shown once, when it is made; afterwards only its hash exists. */
import { randomBytes, randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { databaseConfig } from '../platform/config.js';
import { mongoDatabase } from '../platform/mongo.js';
import { roles, type Role } from '../records/apiKeys.js';
import type { AuditRecord } from '../records/audit.js';
import { sha256Hex } from '../records/evidenceId.js';
import { mongoRecords, type Records } from '../records/mongo/index.js';

const usage = `Usage:
  npm run keys -- add --name NAME --role ROLE [--role ROLE]... [--json]
  npm run keys -- list [--json]
  npm run keys -- revoke KEYID [--json]
Roles: ${roles.join(', ')}.`;

try {
  const { MONGODB_URI: uri, MONGODB_DATABASE: database } = databaseConfig(process.env);
  const mongo = mongoDatabase({ uri, database, appName: 'premium-payments-keys' });
  await run(mongoRecords(mongo.db)).finally(mongo.close);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

async function run(records: Records): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      name: { type: 'string' },
      role: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
    },
  });
  const [command, keyId] = positionals;
  const print = (object: object, sentence: string) => {
    console.log(values.json ? JSON.stringify(object) : sentence);
  };
  switch (command) {
    case 'add': {
      const added = await add(records, { name: values.name, roles: values.role });
      print(added, `${added.key}\nThis is key ${added.keyId} of ${added.name}. It is not shown again: keep it safe.`);
      return;
    }
    case 'list': {
      for (const key of await records.apiKeys.list()) {
        const { keyId: id, name, createdAt, revokedAt } = key;
        const state = revokedAt === null ? 'valid' : `revoked ${revokedAt}`;
        const shown = { keyId: id, name, roles: key.roles, createdAt, revokedAt };
        print(shown, `${id}  ${name}  ${key.roles.join(',')}  added ${createdAt}  ${state}`);
      }
      return;
    }
    case 'revoke': {
      if (keyId === undefined) throw new Error(usage);
      await revoke(records, keyId);
      print({ keyId, revoked: true }, `Key ${keyId} is revoked; the API stops accepting it within five seconds.`);
      return;
    }
    default:
      throw new Error(usage);
  }
}

async function add(
  records: Records,
  wanted: { name: string | undefined; roles: readonly string[] },
): Promise<{ key: string; keyId: string; name: string; roles: readonly Role[] }> {
  const granted = roles.filter((role) => wanted.roles.includes(role));
  const unknown = wanted.roles.filter((role) => !(roles as readonly string[]).includes(role));
  if (wanted.name === undefined || !/^[\w.-]{1,64}$/.test(wanted.name)) {
    throw new Error(`A key needs a --name of 1 to 64 letters, digits, _ . or -.\n${usage}`);
  }
  if (granted.length === 0 || unknown.length > 0) throw new Error(`A key needs a known --role.\n${usage}`);
  const { name } = wanted;
  const keyId = Array.from({ length: 8 }, () => randomInt(36).toString(36)).join('');
  const secret = randomBytes(32).toString('base64url');
  await records.apiKeys.add({
    keyId,
    name,
    roles: granted,
    secretSha256: sha256Hex(secret),
    createdAt: new Date().toISOString(),
  });
  await keepAct(records, { act: 'keyAdded', target: keyId, detail: { name, roles: granted.join(',') } });
  return { key: `pk_${keyId}_${secret}`, keyId, name, roles: granted };
}

async function revoke(records: Records, keyId: string): Promise<void> {
  const found = await records.apiKeys.revoke(keyId, new Date().toISOString());
  if (!found) throw new Error(`There is no key ${keyId}.`);
  await keepAct(records, { act: 'keyRevoked', target: keyId, detail: {} });
}

/** Whoever reaches the database from a command line is not known by name here; the machine's own log knows. */
async function keepAct(records: Records, act: Pick<AuditRecord, 'act' | 'target' | 'detail'>): Promise<void> {
  const at = new Date().toISOString();
  await records.audit.record({
    ...act,
    actor: 'command-line',
    roles: [],
    outcome: 'accepted',
    requestId: 'command-line',
    at,
  });
}
