/** Small words for MongoDB's `$jsonSchema` (MongoDB manual: "$jsonSchema", "JSON Schema Object Keywords"). */
export interface Schema {
  readonly bsonType?: string | readonly string[];
  readonly [keyword: string]: unknown;
}

export const text: Schema = { bsonType: 'string', minLength: 1 };
/** May be empty. */
export const anyText: Schema = { bsonType: 'string' };
export const time: Schema = { bsonType: 'date' };
export const bytes: Schema = { bsonType: 'binData' };
/** A whole number that fits 32 bits, zero or more: versions, sequences, counts. */
export const count: Schema = { bsonType: 'int', minimum: 0 };
/** Milliseconds: whole, zero or more, of any numeric type, since months do not fit 32 bits. */
export const milliseconds: Schema = { bsonType: 'number', minimum: 0, multipleOf: 1 };
/** Whole fen, zero or more. Never a fraction: `double` and `decimal` are refused. */
export const fenAmount: Schema = { bsonType: ['int', 'long'], minimum: 0 };
/** Whole fen of at least one. */
export const positiveFen: Schema = { bsonType: ['int', 'long'], minimum: 1 };
/** Whole fen of either sign. */
export const signedFen: Schema = { bsonType: ['int', 'long'] };
export const sha256: Schema = { bsonType: 'string', pattern: '^[0-9a-f]{64}$' };

export const oneOf = (members: readonly string[]): Schema => ({ bsonType: 'string', enum: members });

export const listOf = (items: Schema, limits: { minItems?: number; maxItems?: number } = {}): Schema => ({
  bsonType: 'array',
  items,
  ...limits,
});

/** Exactly these fields, all of them present. */
export const record = (properties: Readonly<Record<string, Schema>>): Schema => ({
  bsonType: 'object',
  required: Object.keys(properties),
  additionalProperties: false,
  properties,
});

/** Fields of a shape that the schema leaves open, e.g. a union that the types already close. */
export const openRecord = (properties: Readonly<Record<string, Schema>>): Schema => ({
  bsonType: 'object',
  required: Object.keys(properties),
  properties,
});

/** These fields, of which the second kind may be missing, and no others. */
export const recordWith = (
  properties: Readonly<Record<string, Schema>>,
  optional: Readonly<Record<string, Schema>>,
): Schema => ({
  bsonType: 'object',
  // An empty list is no valid keyword value.
  ...(Object.keys(properties).length === 0 ? {} : { required: Object.keys(properties) }),
  additionalProperties: false,
  properties: { ...properties, ...optional },
});

export function orNull(schema: Schema): Schema {
  const types = typeof schema.bsonType === 'string' ? [schema.bsonType] : (schema.bsonType ?? []);
  const members = schema['enum'];
  return {
    ...schema,
    bsonType: [...types, 'null'],
    ...(Array.isArray(members) ? { enum: [...(members as unknown[]), null] } : {}),
  };
}

/** The members of a union as a list; a member that is missing or added will not compile. */
export const allOf = <Member extends string>(members: Readonly<Record<Member, true>>): string[] => Object.keys(members);
