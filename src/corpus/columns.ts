/**
 * Which column is the text, which the rating, which the id: by the names the user gave, or by the names that such
 * columns usually have. Knows nothing of files or formats.
 */
import { StarlingError } from '../errors.ts';
import { nearest } from '../options.ts';
import { quoteValue } from './place.ts';

export type Role = 'text' | 'rating' | 'id';

/** Usual names, the likeliest first. Compared without case, spaces, dots, hyphens and underscores. */
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
    'reviews.text',
    'customer_review',
    'text_review',
    'feedback',
    'tweet',
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
    'reviews.rating',
    'reviewer_score',
    'reviewer_rating',
    'customer_rating',
    'bubble_rating',
    'overall_rating',
    'sentiment',
    'liked',
  ],
  id: ['id', 'review_id'],
};

/** Compared as `usualNames`. Not taken for texts: which of them belong to the review only its owner knows. */
const titleNames = [
  'title',
  'review_title',
  'reviews.title',
  'headline',
  'review_headline',
  'summary',
  'review_summary',
].map(plainName);

export interface ColumnNames {
  /** Name of the column that holds the text, or of those that hold parts of it, such as title and body; guessed when absent. */
  readonly text?: string | readonly string[];
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
  /** One at least. */
  readonly text: readonly number[];
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
  const find = (role: Role): readonly number[] => {
    const named = namesGiven(wanted, role).map((given) => namedColumn(header, role, given, name));
    return named.length === 0 ? [guessColumn(header, role)] : named;
  };
  const text = find('text');
  if (text[0] === -1) throw noTextColumn(header, name);
  const [rating] = wanted.ignoreRatings ? [-1] : find('rating');
  if (rating === -1 && wanted.requireRating) throw noRatingColumn(header, name);
  return { text, rating, id: find('id')[0] };
}

/** The names that the user gave to columns of a role, each once. */
export function namesGiven(wanted: ColumnNames, role: Role): readonly string[] {
  const given = wanted[role] ?? [];
  return typeof given === 'string' ? [given] : [...new Set(given)];
}

/** The text of a review of which the parts stand in several columns, one after the other. */
export function joinParts(parts: readonly string[]): string {
  if (parts.length === 1) return parts[0];
  return parts.filter((part) => part.trim() !== '').join('\n');
}

/** How a report calls one column or several. */
export function showColumns(names: readonly string[]): string | null {
  return names.length === 0 ? null : names.join(' + ');
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

/** A column that is named like the title of a review, where another one alone is read as its text; or null. */
export function unreadTitle(header: readonly string[], read: readonly string[]): string | null {
  if (read.length !== 1 || titleNames.includes(plainName(read[0]))) return null;
  return header.find((name) => titleNames.includes(plainName(name))) ?? null;
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[\s._-]+/g, '');
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

/** A name as it is typed after a flag. */
export function shellWord(word: string): string {
  const short = word.length > 40 ? 'COLUMN' : word;
  return /^[\w.-]+$/.test(short) ? short : `"${short}"`;
}
