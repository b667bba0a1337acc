/**
 * Lines → JSON objects → reviews. Each line is an object of its own, so properties are looked up per line: one that is
 * missing from the first line may be there in the next. Lookups see own properties only, so `__proto__` is a name like
 * any other.
 */

import { shownValue } from '../errors.ts';
import { nearest } from '../options.ts';
import { type ColumnNames, guessColumn, joinParts, namesGiven, type Role } from './columns.ts';
import { type Problem, quoteValue } from './place.ts';
import type { RatingReader } from './rating.ts';
import type { Review } from './review.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** The object on a line, or null when the line holds none. */
export function parseJsonObject(line: string): JsonObject | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

export function notAnObject(line: string): Problem {
  const array = line.trimStart().startsWith('[');
  return {
    what: `expected a JSON object on a line of its own, got ${quoteValue(line.trim())}`,
    hint: array ? 'A JSON array must be turned into JSON lines first: jq -c ".[]" FILE' : '',
  };
}

/** Names of the properties that play a role in an object; of other roles than the text there is one, or none. */
export function propertiesFor(object: JsonObject, role: Role, wanted: ColumnNames): readonly string[] {
  const given = namesGiven(wanted, role);
  if (given.length > 0) return given.filter((name) => Object.hasOwn(object, name));
  const names = Object.keys(object);
  const position = guessColumn(names, role);
  return position === -1 ? [] : [names[position]];
}

/**
 * The review in an object, or what is wrong with it.
 * @param line the object's line, for an id too large for a JavaScript number
 * @param fallbackId the id when there is none
 */
export function reviewOf(
  object: JsonObject,
  line: string,
  wanted: ColumnNames,
  ratings: RatingReader,
  fallbackId: string,
): Review | Problem {
  const text = jsonText(object, wanted);
  if (typeof text !== 'string') return text;
  const [ratingName] = wanted.ignoreRatings ? [] : propertiesFor(object, 'rating', wanted);
  const rating = ratingName === undefined ? null : jsonRating(object[ratingName], ratingName, ratings);
  if (typeof rating === 'object' && rating !== null) return rating;
  const [idName] = propertiesFor(object, 'id', wanted);
  const id = idName === undefined ? null : jsonId(object[idName], idName, line);
  return { id: id ?? fallbackId, text, rating };
}

/** Of several parts those that are missing or null are left out, but not all. */
function jsonText(object: JsonObject, wanted: ColumnNames): string | Problem {
  const names = propertiesFor(object, 'text', wanted);
  if (names.length === 0) return noTextProperty(object, namesGiven(wanted, 'text')[0]);
  const there = names.filter((name) => object[name] !== null);
  const parts = there.length === 0 ? names : there;
  const wrong = parts.find((name) => typeof object[name] !== 'string');
  if (wrong !== undefined) {
    return { what: `${quoteValue(wrong)} is ${showJson(object[wrong])}, expected a string`, hint: '' };
  }
  return joinParts(parts.map((name) => object[name] as string));
}

function noTextProperty(object: JsonObject, given: string | undefined): Problem {
  const names = Object.keys(object);
  const property =
    given === undefined
      ? 'property that is named like the text of a review'
      : `property ${quoteValue(given)}`;
  const near = given === undefined ? undefined : (nearest(given, names) ?? names[guessColumn(names, 'text')]);
  return {
    what: `no ${property}: it has ${names.slice(0, 20).join(', ') || 'none'}`,
    hint: near === undefined ? 'Name it: --text NAME.' : `Did you mean --text ${near}?`,
  };
}

function jsonRating(value: unknown, name: string, ratings: RatingReader): number | null | Problem {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return ratings.parse(value);
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  return { what: `the rating ${quoteValue(name)} is ${showJson(value)}, expected a number`, hint: '' };
}

/** Numbers beyond 2^53 lose digits in JSON.parse; their digits are taken from the line where that is unambiguous. */
function jsonId(value: unknown, name: string, line: string): string | null {
  if (typeof value === 'string') return value;
  if (typeof value !== 'number') return null;
  if (!Number.isInteger(value) || Number.isSafeInteger(value)) return String(value);
  const escaped = JSON.stringify(name).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const found = [...line.matchAll(new RegExp(`${escaped}\\s*:\\s*(-?\\d+)`, 'g'))];
  return found.length === 1 ? found[0][1] : null;
}

function showJson(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'number') return String(value); // 1e999 is Infinity, which JSON would show as null
  return quoteValue(shownValue(value, 1000)).slice(1, -1).replaceAll('\\"', '"');
}
