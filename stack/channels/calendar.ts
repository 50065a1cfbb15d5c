import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';

/** Days that are not what their weekday says, `yyyy-MM-dd`. */
export interface Calendar {
  readonly holidays: readonly string[];
  readonly workdays: readonly string[];
}

/** The public holidays as the example of a channels file lists them, so that the local stack keeps those of the country, too. */
export async function exampleCalendar(): Promise<Calendar> {
  const example = parse(await readFile('config/channels.example.yaml', 'utf8')) as { calendar: Calendar };
  return example.calendar;
}
