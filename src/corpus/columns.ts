/**
 * Which column is the text, which the rating, which the id: by the names the user gave, or by the names that such
 * columns usually have. And what counts as a rating. Knows nothing of files or formats.
 */
import { StarlingError } from '../errors.ts';
import { nearest } from '../options.ts';
import { type Problem, quoteValue } from './place.ts';

export type Role = 'text' | 'rating' | 'id';

/** Usual names, the likeliest first. Compared without case, spaces, hyphens and underscores. */
const usualNames: Record<Role, readonly string[]> = {
  text: [
    'text',
    'review',
    'review_text',
    'review_body',
    'review_content',
    'body',
    'content',
    'comment',
    'comments',
    'reviews',
    'sentence',
    'message',
  ],
  rating: [
    'rating',
    'stars',
    'score',
    'overall',
    'star_rating',
    'review_rating',
    'review_stars',
    'review_score',
    'label',
    'ratings',
  ],
  id: ['id', 'review_id'],
};

export interface ColumnNames {
  /** Name of the column that holds the text; guessed when absent. */
  readonly text?: string;
  /** Name of the column that holds the rating; guessed when absent, and no such column means unlabelled. */
  readonly rating?: string;
  /** Name of the column that holds the id; guessed when absent, and no such column means the row's number. */
  readonly id?: string;
  /** Treat all reviews as unlabelled, even where there is a rating. */
  readonly ignoreRatings?: boolean;
  /** Every review must have a rating. */
  readonly requireRating?: boolean;
}

/** Positions in the header, from 0; -1 for none. */
export interface Columns {
  readonly text: number;
  readonly rating: number;
  readonly id: number;
}

/**
 * Finds the columns in a header.
 * @param name how to name the file in a message
 * @throws StarlingError BAD_INPUT when a named column, or the text, is not there, or two columns share a name
 */
export function findColumns(header: readonly string[], wanted: ColumnNames, name: string): Columns {
  refuseRepeats(header, name);
  const find = (role: Role): number => {
    const given = wanted[role];
    return given === undefined ? guessColumn(header, role) : namedColumn(header, role, given, name);
  };
  const text = find('text');
  if (text === -1) throw noTextColumn(header, name);
  const rating = wanted.ignoreRatings ? -1 : find('rating');
  if (rating === -1 && wanted.requireRating) throw noRatingColumn(header, name);
  return { text, rating, id: find('id') };
}

/** Position of the likeliest column for a role, or -1. */
export function guessColumn(header: readonly string[], role: Role): number {
  const plain = header.map(plainName);
  for (const usual of usualNames[role]) {
    const position = plain.indexOf(plainName(usual));
    if (position !== -1) return position;
  }
  return -1;
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[\s_-]+/g, '');
}

function namedColumn(header: readonly string[], role: Role, given: string, name: string): number {
  const exact = header.indexOf(given);
  if (exact !== -1) return exact;
  const trimmed = header.map((column) => column.trim()).indexOf(given.trim());
  if (trimmed !== -1) return trimmed;
  throw noSuchColumn(header, role, given, name);
}

/** The error for a column that was named by the user and is not there. */
export function noSuchColumn(
  header: readonly string[],
  role: Role,
  given: string,
  name: string,
): StarlingError {
  const guess = guessColumn(header, role);
  const near = nearest(given, header) ?? (guess === -1 ? undefined : header[guess]);
  return new StarlingError(
    'BAD_INPUT',
    `no column "${given}" in ${name}: it has ${listColumns(header)}`,
    near === undefined ? '' : `Did you mean --${role} ${shellWord(near)}?`,
  );
}

function noTextColumn(header: readonly string[], name: string): StarlingError {
  const near = header.find(
    (column) => column.trim() !== '' && nearest(column, usualNames.text) !== undefined,
  );
  const all = header.length === 1 ? header[0] : undefined;
  const meant = near ?? all;
  return new StarlingError(
    'BAD_INPUT',
    `${name} has no column that is named like the text of a review: it has ${listColumns(header)}`,
    `Name it: --text ${meant === undefined ? 'COLUMN' : shellWord(meant)}. The first row must hold the names; for one text per line without names: --format txt.`,
  );
}

export function noRatingColumn(header: readonly string[], name: string): StarlingError {
  return new StarlingError(
    'BAD_INPUT',
    `${name} has no column that is named like a rating: it has ${listColumns(header)}`,
    'Name it: --rating COLUMN.',
  );
}

function refuseRepeats(header: readonly string[], name: string): void {
  const seen = new Set<string>();
  for (const column of header) {
    const plain = column.trim();
    if (plain !== '' && seen.has(plain)) {
      throw new StarlingError(
        'BAD_INPUT',
        `${name} has two columns named ${quoteValue(plain)}`,
        'Rename one of them in the first row.',
      );
    }
    seen.add(plain);
  }
}

/** Names for a message; long ones and long lists are cut. */
function listColumns(header: readonly string[]): string {
  const names = header.map((column) => (column.length > 40 ? `${column.slice(0, 37)}...` : column));
  const shown = names
    .slice(0, 20)
    .map((column) => (/^\S.*\S$|^\S$/.test(column) ? column : quoteValue(column)));
  return names.length > 20 ? `${shown.join(', ')} and ${names.length - 20} more` : shown.join(', ');
}

function shellWord(word: string): string {
  const short = word.length > 40 ? 'COLUMN' : word;
  return /^[\w.-]+$/.test(short) ? short : `"${short}"`;
}

/** A decimal number as people write it, with a point. */
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** A rating from its text: null for an empty one, or what is wrong with it. */
export function parseRating(written: string): number | null | Problem {
  const trimmed = written.trim();
  if (trimmed === '') return null;
  const value = NUMBER.test(trimmed) ? Number(trimmed) : Number.NaN;
  if (Number.isFinite(value)) return value;
  const hint = /^[+-]?\d+,\d+$/.test(trimmed)
    ? 'Write the decimal mark as a point.'
    : 'Leave it empty for an unlabelled review; if another column holds the ratings, name it: --rating COLUMN.';
  return { what: `the rating ${quoteValue(trimmed)} is no number`, hint };
}
