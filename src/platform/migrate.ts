import { isDeepStrictEqual } from 'node:util';
import { MongoServerError, type Db, type Document, type IndexDescription } from 'mongodb';
import type { Schema } from './fields.js';

/** What one collection must be. */
export interface CollectionContract {
  readonly name: string;
  readonly schema: Schema;
  /** A further condition of the validator, as a query, e.g. `{ $expr: … }`. */
  readonly also?: Document;
  /** Every index has a name of ours, so that it can be recognised later. */
  readonly indexes: readonly (IndexDescription & { name: string })[];
}

/** Brings documents of an earlier version to the form of this one; safe to repeat, and answers one sentence per change. */
export type Upgrade = (db: Db) => Promise<string[]>;

/**
 * Makes a database match the contracts and returns one sentence per change, none when it matched already.
 *
 * Safe to repeat and to run twice at once. Nothing is ever deleted: an index that the contracts do not name stays, and
 * one that exists under our name but with another definition raises an Error saying what a person must do, because
 * dropping a unique index would leave payments unguarded for a while.
 */
export async function migrate(
  db: Db,
  contracts: readonly CollectionContract[],
  upgrades: readonly Upgrade[] = [],
): Promise<string[]> {
  const changes: string[] = [];
  for (const contract of contracts) {
    changes.push(...(await applyCollection(db, contract)), ...(await applyIndexes(db, contract)));
  }
  for (const upgrade of upgrades) changes.push(...(await upgrade(db)));
  return changes;
}

async function applyCollection(db: Db, contract: CollectionContract): Promise<string[]> {
  const validation = {
    validator: { $jsonSchema: contract.schema, ...contract.also },
    validationLevel: 'strict',
    validationAction: 'error',
  } as const;
  const found = (await options(db, contract.name)) ?? (await create(db, contract.name, validation));
  if (found === 'created') return [`${contract.name}: created`];
  if (isDeepStrictEqual(pick(found), validation)) return [];
  await db.command({ collMod: contract.name, ...validation });
  return [`${contract.name}: validator changed`];
}

async function options(db: Db, name: string): Promise<Document | undefined> {
  const [found] = await db.listCollections({ name }, { nameOnly: false }).toArray();
  if (found === undefined) return undefined;
  return 'options' in found ? (found.options ?? {}) : {};
}

const pick = ({ validator, validationLevel, validationAction }: Document): Document => ({
  validator: validator as unknown,
  validationLevel: validationLevel as unknown,
  validationAction: validationAction as unknown,
});

async function create(db: Db, name: string, validation: Document): Promise<'created' | Document> {
  try {
    await db.createCollection(name, validation);
    return 'created';
  } catch (error) {
    const createdMeanwhile = error instanceof MongoServerError && error.code === 48; // NamespaceExists
    if (!createdMeanwhile) throw error;
    return (await options(db, name)) ?? {};
  }
}

async function applyIndexes(db: Db, { name, indexes }: CollectionContract): Promise<string[]> {
  const existing = (await db.collection(name).listIndexes().toArray()) as IndexDescription[];
  const missing = indexes.filter((wanted) => {
    const found = existing.find((index) => index.name === wanted.name);
    if (found === undefined) return true;
    if (isDeepStrictEqual(definition(found), definition(wanted))) return false;
    throw new Error(
      `index ${wanted.name} of ${name} exists with another definition; drop it while nothing is written, then migrate again`,
    );
  });
  if (missing.length === 0) return [];
  await db.collection(name).createIndexes(missing);
  return missing.map((index) => `${name}: index ${index.name} created`);
}

/** The order of the keys is part of an index, so keys are compared as a list. */
const definition = ({ key, unique, partialFilterExpression }: IndexDescription): Document => ({
  key: key instanceof Map ? [...key] : Object.entries(key),
  unique: unique ?? false,
  partialFilterExpression: partialFilterExpression ?? null,
});
