import type { z } from 'zod';
import { invalid, Problem, type FieldError } from './problem.js';

/** The body as its schema has it. Raises the validation problem with a pointer for each wrong value. */
export function parseBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  return parse(schema, body, 'body');
}

export function parseQuery<Schema extends z.ZodType>(schema: Schema, query: unknown): z.output<Schema> {
  return parse(schema, query, 'query');
}

/** Ids in the path: one that could never be given names nothing, so it is not found rather than wrong. */
export function parsePath<Schema extends z.ZodType>(schema: Schema, params: unknown): z.output<Schema> {
  const result = schema.safeParse(params);
  if (!result.success) throw new Problem('not-found', 'There is nothing under this id.');
  return result.data;
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown, where: FieldError['in']): z.output<Schema> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  throw invalid(result.error.issues.flatMap((issue) => fieldErrors(issue, where)));
}

function fieldErrors(issue: z.core.$ZodIssue, where: FieldError['in']): FieldError[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      pointer: pointerTo([...issue.path, key]),
      in: where,
      detail: 'is not known here',
    }));
  }
  const missing = issue.code === 'invalid_type' && issue.input === undefined;
  return [{ pointer: pointerTo(issue.path), in: where, detail: missing ? 'is missing' : issue.message }];
}

/** RFC 6901 section 3: `~` and `/` inside a name are written `~0` and `~1`. */
function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
