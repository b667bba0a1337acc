/**
 * Where in a file something stands, as a person counts, and what is wrong there.
 *
 * A *row* is a record, the header being row 1, blank lines counted: the number that a spreadsheet shows. A *line* is a
 * line of the file, the number that a text editor shows. They differ once a quoted field holds a line break.
 */
import { StarlingError } from '../errors.ts';

export interface Place {
  /** From 1. */
  readonly row: number;
  /** Line on which the row begins, from 1. */
  readonly line: number;
}

/** Why a row cannot be used. */
export interface Problem {
  readonly what: string;
  /** What to do about it; one sentence, or empty. */
  readonly hint: string;
}

export function showPlace({ row, line }: Place): string {
  return row === line ? `row ${row}` : `row ${row} (line ${line})`;
}

/** The error for a row that cannot be used. */
export function rowError(name: string, place: Place, { what, hint }: Problem): StarlingError {
  const skip = 'Correct the row, or leave such rows out with --skip-bad-rows.';
  return new StarlingError(
    'BAD_INPUT',
    `${name}, ${showPlace(place)}: ${what}`,
    hint === '' ? skip : `${hint} ${skip}`,
  );
}

/** A value as it stands in the file, in quotes, short enough for a message. */
export function quoteValue(value: string): string {
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
}
