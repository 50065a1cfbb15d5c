import { converting, exactly, type Field, type Fields, type Schema, type Stored } from './fields.js';

/** The fields of a row, each of its own kind: one that is missing, added, or of another kind does not compile. */
type FieldsOf<Row> = { readonly [Name in keyof Row]-?: Field<Exclude<Row[Name], undefined>, unknown> };
/** As stored: under `_id` what the row calls `key`. */
type DocumentOf<Of extends Fields, Key extends string> = { _id: string } & Omit<Stored<Of>, Key>;

/** One description of what a collection holds: its validator, and how rows are stored and read. */
export interface Documents<Row, Document> {
  readonly schema: Schema;
  store(row: Row): Document;
  /** Of a row's change: what it leaves out, or says to be undefined, is left as it stands. */
  storeChanges(changes: { readonly [Name in keyof Row]?: Row[Name] | undefined }): Partial<Omit<Document, '_id'>>;
  /** Fields that were not fetched stay missing. */
  readonly read: (document: Document) => Row;
}

/** What is stored of what a description describes. */
export type StoredBy<Description> = Description extends { read: (document: infer Document) => unknown }
  ? Document
  : never;

/** Describes what a collection holds once. `key` is the field that is stored as `_id`. */
export const document =
  <Row extends object>() =>
  <const Key extends keyof Row & string, const Of extends Fields & FieldsOf<Row>>(
    key: Key,
    fields: Of & Readonly<Record<Exclude<keyof Of, keyof Row>, never>>,
  ): Documents<Row, DocumentOf<Of, Key>> => {
    type Document = DocumentOf<Of, Key>;
    const { [key]: id, ...others }: Fields = fields;
    const described = { ...(id === undefined ? {} : { _id: id }), ...others };
    const { store, read } = converting(described);
    /** Only what is described: a row may come with more than its type says. */
    const stored = (row: object): object =>
      Object.fromEntries(
        Object.entries(store(row)).filter(([name, value]) => name in described && value !== undefined),
      );
    return {
      schema: exactly(described),
      store: ({ [key]: idOf, ...row }) => stored({ _id: idOf, ...row }) as Document,
      storeChanges: (changes) => stored(changes),
      read: ({ _id, ...kept }) => ({ [key]: _id, ...read(kept) }) as Row,
    };
  };
