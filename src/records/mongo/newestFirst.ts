import type { Collection, Filter, WithId } from 'mongodb';
import { BadCursor, type Page, type PageRequest } from '../page.js';

/** The last row a caller saw: its time in ms since 1970 and its id, which together order every list. */
type Position = readonly [atMs: number, id: string];

/** A stored list: in which field its rows have their time, and how a row is read. */
export interface StoredList<Document extends { _id: string }, Row> {
  collection: Collection<Document>;
  timeField: string;
  timeOf: (stored: WithId<Document>) => Date;
  read: (stored: WithId<Document>) => Row;
  /** Fields too large for a list, left out of what is fetched. */
  without?: readonly string[];
}

/**
 * One page of a list, newest first. Rows that are added meanwhile shift nothing: a page starts after a row, not after
 * a count. Raises BadCursor for a cursor that no list gave out.
 */
export async function newestFirst<Document extends { _id: string }, Row>(
  list: StoredList<Document, Row>,
  filter: Filter<Document>,
  page: PageRequest,
): Promise<Page<Row>> {
  const after = page.cursor === null ? {} : olderThan(list.timeField, decode(page.cursor));
  const found = await list.collection
    .find({ $and: [filter, after] } as Filter<Document>)
    .project<WithId<Document>>(Object.fromEntries((list.without ?? []).map((field) => [field, 0])))
    .sort({ [list.timeField]: -1, _id: -1 })
    .limit(page.limit + 1) // one more than asked for tells whether there is a next page
    .toArray();
  const shown = found.slice(0, page.limit);
  const last = shown.at(-1);
  const more = found.length > page.limit && last !== undefined;
  return { rows: shown.map(list.read), next: more ? encode([list.timeOf(last).getTime(), last._id]) : null };
}

function olderThan(timeField: string, [atMs, id]: Position) {
  const at = new Date(atMs);
  return { $or: [{ [timeField]: { $lt: at } }, { [timeField]: at, _id: { $lt: id } }] };
}

const encode = (position: Position): string => Buffer.from(JSON.stringify(position)).toString('base64url');

function decode(cursor: string): Position {
  const [atMs, id] = parsed(cursor);
  // Only what we would write ourselves is read, so a position has one cursor and nothing else is smuggled in.
  if (!isTime(atMs) || typeof id !== 'string' || encode([atMs, id]) !== cursor) {
    throw new BadCursor('no list gave out this cursor');
  }
  return [atMs, id];
}

const isTime = (value: unknown): value is number =>
  typeof value === 'number' && !Number.isNaN(new Date(value).getTime());

function parsed(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
