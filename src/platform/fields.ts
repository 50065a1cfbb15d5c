import { Binary, Long } from 'mongodb';
import { fen, type Fen, type SignedFen } from '../domain/money.js';

/** MongoDB's `$jsonSchema` (MongoDB manual: "$jsonSchema", "JSON Schema Object Keywords"). */
export interface Schema {
  readonly bsonType?: string | readonly string[];
  readonly [keyword: string]: unknown;
}

/** One field of stored documents: what MongoDB lets in, how a value is stored, and how it is read. */
export interface Field<Value, Stored = Value> {
  readonly schema: Schema;
  store(value: Value): Stored;
  read(stored: Stored): Value;
}

/** Fields by name; each is of any kind. */
export type Fields = Readonly<Record<string, Field<unknown, unknown>>>;
type ValueOf<Of> = Of extends Field<infer Value, unknown> ? Value : never;
type StoredOf<Of> = Of extends Field<unknown, infer Kept> ? Kept : never;

/** A value that is stored as it is. */
export const asItIs = <Value>(schema: Schema): Field<Value> => ({
  schema,
  store: (value) => value,
  read: (stored) => stored,
});

export const text = asItIs<string>({ bsonType: 'string', minLength: 1 });
/** May be empty. */
export const anyText = asItIs<string>({ bsonType: 'string' });
export const sha256 = asItIs<string>({ bsonType: 'string', pattern: '^[0-9a-f]{64}$' });
/** `yyyy-MM-dd`. */
export const day = asItIs<string>({ bsonType: 'string', pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' });
/** A whole number that fits 32 bits, zero or more: versions, sequences, counts. */
export const count = asItIs<number>({ bsonType: 'int', minimum: 0 });
/** Milliseconds: whole, zero or more, of any numeric type, since months do not fit 32 bits. */
export const milliseconds = asItIs<number>({ bsonType: 'number', minimum: 0, multipleOf: 1 });

/** ISO-8601 UTC with milliseconds, as the database's own time. Storing raises RangeError for text that is no time. */
export const time: Field<string, Date> = {
  schema: { bsonType: 'date' },
  store: (iso) => {
    const at = new Date(iso);
    if (Number.isNaN(at.getTime())) throw new RangeError(`"${iso}" is not a time`);
    return at;
  },
  read: (stored) => stored.toISOString(),
};

/** Left out of what is fetched, it reads as no bytes. */
export const bytes: Field<Buffer, Binary> = {
  schema: { bsonType: 'binData' },
  store: (value) => new Binary(value),
  read: (stored) => Buffer.from(stored.value()),
};

/** Fen in a document. Written as a 64-bit integer always: the driver would store a number above 2^31 as a fraction. */
export type StoredFen = Long | number;
const whole = { bsonType: ['int', 'long'] } as const;
const numberOf = (stored: StoredFen): number => (typeof stored === 'number' ? stored : stored.toNumber());

/** Whole fen, zero or more. Never a fraction: `double` and `decimal` are refused. */
export const fenAmount: Field<Fen, StoredFen> = {
  schema: { ...whole, minimum: 0 },
  store: (amountFen) => Long.fromNumber(amountFen),
  read: (stored) => fen(numberOf(stored)),
};
/** Whole fen of at least one. */
export const positiveFen: Field<Fen, StoredFen> = { ...fenAmount, schema: { ...whole, minimum: 1 } };
/** Whole fen of either sign. Not checked when read: whoever proves the book must be able to read any number. */
export const signedFen: Field<SignedFen, StoredFen> = {
  schema: whole,
  store: (amountFen) => Long.fromNumber(amountFen),
  read: (stored) => numberOf(stored) as SignedFen,
};

export const oneOf = <const Member extends string>(members: readonly Member[]): Field<Member> =>
  asItIs({ bsonType: 'string', enum: members });

/** One of a union whose members no list has; one that is missing or added will not compile. */
export const anyOf = <Member extends string>(members: Readonly<Record<Member, true>>): Field<Member> =>
  asItIs({ bsonType: 'string', enum: Object.keys(members) });

export function listOf<Value, Stored>(
  item: Field<Value, Stored>,
  limits: { minItems?: number; maxItems?: number } = {},
): Field<readonly Value[], Stored[]> {
  return {
    schema: { bsonType: 'array', items: item.schema, ...limits },
    store: (values) => values.map((value) => item.store(value)),
    read: (stored) => stored.map((each) => item.read(each)),
  };
}

export function orNull<Value, Stored>(field: Field<Value, Stored>): Field<Value | null, Stored | null> {
  const { schema } = field;
  const types = typeof schema.bsonType === 'string' ? [schema.bsonType] : (schema.bsonType ?? []);
  const members = schema['enum'];
  return {
    schema: {
      ...schema,
      bsonType: [...types, 'null'],
      ...(Array.isArray(members) ? { enum: [...(members as unknown[]), null] } : {}),
    },
    store: (value) => (value === null ? null : field.store(value)),
    read: (stored) => (stored === null ? null : field.read(stored)),
  };
}

type Values<Of extends Fields> = { -readonly [Name in keyof Of]: ValueOf<Of[Name]> };
export type Stored<Of extends Fields> = { -readonly [Name in keyof Of]: StoredOf<Of[Name]> };

/** Exactly these fields, all of them present. */
export const record = <const Of extends Fields>(fields: Of): Field<Values<Of>, Stored<Of>> =>
  ({ schema: exactly(fields), ...converting(fields) }) as unknown as Field<Values<Of>, Stored<Of>>;

/** The schema of an object with exactly these fields. */
export const exactly = (fields: Fields): Schema => ({
  bsonType: 'object',
  required: Object.keys(fields),
  additionalProperties: false,
  ...schemasOf(fields),
});

/** A member of a union keeps the text that tells it from the others. */
type Narrowed<Value, Stored> = Stored extends string ? Value : Stored;
/** What is stored of a value of which these fields are stored in another form and all others as they are. */
type StoredOpen<Value, Of extends Fields> = Value extends unknown
  ? { -readonly [Name in keyof Value]: Name extends keyof Of ? Narrowed<Value[Name], StoredOf<Of[Name]>> : Value[Name] }
  : never;

/** Described by the value's own type: these fields, and perhaps those. */
const described =
  (more: Partial<Schema>) =>
  <Value>() =>
  <const Of extends Fields, const Perhaps extends Fields = Of>(fields: Of, perhaps?: Perhaps) => {
    const all: Fields = { ...fields, ...perhaps };
    const required = Object.keys(fields);
    return {
      // An empty list is no valid keyword value.
      schema: { bsonType: 'object', ...(required.length === 0 ? {} : { required }), ...more, ...schemasOf(all) },
      ...converting(all),
    } as unknown as Field<Value, StoredOpen<Value, Of & Perhaps>>;
  };

/** These fields, of which the second kind may be missing, and no others. */
export const recordWith = described({ additionalProperties: false });

/** These fields among others, which the type closes but the schema leaves open, e.g. a union. */
export const open = described({});

const schemasOf = (fields: Fields) => ({
  properties: Object.fromEntries(Object.entries(fields).map(([name, { schema }]) => [name, schema])),
});

/** Both ways over an object's fields; what is not described goes as it is, and what is missing stays missing. */
export function converting(fields: Fields) {
  const each = (way: 'store' | 'read') => (from: object) =>
    Object.fromEntries(
      Object.entries(from).map(([name, value]: [string, unknown]) => {
        const field = fields[name];
        return [name, field === undefined || value === undefined ? value : field[way](value)];
      }),
    );
  return { store: each('store'), read: each('read') };
}
