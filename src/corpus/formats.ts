/**
 * What each format makes of a file's characters: rows, each with the review in it or with what is wrong. Reading,
 * counting, and throwing or skipping are read-table's.
 */
import { StarlingError } from '../errors.ts';
import {
  findColumns,
  joinParts,
  namesGiven,
  noRatingColumn,
  noSuchColumn,
  type Role,
  showColumns,
  unreadTitle,
} from './columns.ts';
import { type CsvRecord, type Dialect, readRecords, sniffDialect } from './csv.ts';
import { UNDECODABLE } from './decode.ts';
import { type JsonObject, notAnObject, parseJsonObject, propertiesFor, reviewOf } from './json-lines.ts';
import { MAX_RECORD_LENGTH, readLines } from './lines.ts';
import { type Problem, rowError } from './place.ts';
import type { Review } from './review.ts';
import type { FormatContext, FormatRows, Outcome } from './table.ts';

/** CSV and TSV: the first row holds the column names. */
export async function separatedRows(
  start: string,
  rest: AsyncGenerator<string>,
  context: FormatContext,
): Promise<FormatRows> {
  const { name, format } = context;
  const { head, dialect } = await findDialect(
    start,
    rest,
    context.delimiter ?? (format === 'tsv' ? '\t' : undefined),
  );
  const records = readRecords(head, rest, dialect);
  const first = await records.next();
  if (first.done) throw new StarlingError('BAD_INPUT', `${name} is empty`);
  const { fields: header, problem } = first.value as CsvRecord;
  const damage = problem ?? damageIn(header);
  if (damage) throw rowError(name, first.value, damage);
  const columns = findColumns(header, context, name);
  const texts = columns.text.map((column) => header[column]);
  const nameOf = (column: number) => (column === -1 ? null : header[column]);
  context.file.columns = {
    text: showColumns(texts),
    rating: nameOf(columns.rating),
    id: nameOf(columns.id),
  };
  context.file.title = unreadTitle(header, texts);

  async function* outcomes(): AsyncGenerator<Outcome> {
    let number = 0;
    for await (const { row, line, fields, problem } of records) {
      number++;
      yield { row, line, record: fields, source: null, found: problem ?? review(fields, number) };
    }
  }

  function review(fields: readonly string[], number: number): Review | Problem {
    if (fields.length !== header.length) return raggedRow(fields, header);
    const damage = damageIn(fields);
    if (damage) return damage;
    const rating = columns.rating === -1 ? null : context.ratings.parse(fields[columns.rating]);
    const id = columns.id === -1 ? '' : fields[columns.id].trim();
    const text = joinParts(columns.text.map((column) => fields[column]));
    return withRating({ id: id || String(number), text }, rating, context);
  }

  return { head: { name, format, header, delimiter: dialect.delimiter }, outcomes: outcomes() };
}

/** JSON lines: one object per line; which property is the text is looked up in each. */
export async function jsonLinesRows(
  start: string,
  rest: AsyncGenerator<string>,
  context: FormatContext,
): Promise<FormatRows> {
  const { name, format, file } = context;
  const roles = (['text', 'rating', 'id'] as const).filter(
    (role) => role !== 'rating' || !context.ignoreRatings,
  );
  /** Properties that were asked for by name and not seen yet; if that stays so, the name is wrong. */
  let unseen: readonly { role: Role; given: string }[] = roles.flatMap((role) =>
    namesGiven(context, role).map((given) => ({ role, given })),
  );
  const names = new Set<string>();

  const note = (object: JsonObject): void => {
    const found = { ...file.columns };
    for (const role of roles) found[role] ??= showColumns(propertiesFor(object, role, context));
    file.columns = found;
    if (unseen.length > 0) unseen = unseen.filter(({ given }) => !Object.hasOwn(object, given));
    for (const key of Object.keys(object)) if (names.size < 100) names.add(key);
  };

  async function* outcomes(): AsyncGenerator<Outcome> {
    let number = 0;
    for await (const { row, line, text, problem } of readLines(start, rest)) {
      number++;
      const found = problem ?? damageIn([text]) ?? review(text, number);
      yield { row, line, record: [], source: text, found };
    }
    const texts = namesGiven(context, 'text');
    file.title = unreadTitle([...names], texts.length > 0 ? texts : [file.columns.text ?? '']);
    for (const { role, given } of unseen) throw noSuchColumn([...names], role, given, name);
    if (context.requireRating && file.columns.rating === null) throw noRatingColumn([...names], name);
  }

  function review(line: string, number: number): Review | Problem {
    const object = parseJsonObject(line);
    if (object === null) return notAnObject(line);
    note(object);
    const found = reviewOf(object, line, context, context.ratings, String(number));
    return 'what' in found ? found : withRating(found, found.rating, context);
  }

  return { head: { name, format, header: [], delimiter: null }, outcomes: outcomes() };
}

/** Plain text: every line that is not blank is an unlabelled review. */
export async function plainTextRows(
  start: string,
  rest: AsyncGenerator<string>,
  context: FormatContext,
): Promise<FormatRows> {
  const { name, format } = context;
  if (context.requireRating) {
    throw new StarlingError(
      'BAD_INPUT',
      `${name} is plain text, which holds no ratings`,
      'Expected CSV or JSON lines.',
    );
  }
  async function* outcomes(): AsyncGenerator<Outcome> {
    let number = 0;
    for await (const { row, line, text, problem } of readLines(start, rest)) {
      number++;
      const found = problem ?? damageIn([text]) ?? { id: String(number), text, rating: null };
      yield { row, line, record: [], source: text, found };
    }
  }
  return { head: { name, format, header: [], delimiter: null }, outcomes: outcomes() };
}

/** Characters up to which a header line that has not ended is looked at with every chunk. */
const OFTEN_LOOKED = 65_536;

/** Reads on until the header line is complete. */
async function findDialect(
  start: string,
  rest: AsyncGenerator<string>,
  delimiter: string | undefined,
): Promise<{ head: string; dialect: Dialect }> {
  let head = start;
  let looked = 0;
  for (;;) {
    // Each look begins at the start: a long head is looked at again when it has doubled, so that all costs linear time.
    const tooLong = head.length > MAX_RECORD_LENGTH;
    if (head.length < OFTEN_LOOKED || head.length >= 2 * looked || tooLong) {
      const dialect = sniffDialect(head, tooLong, delimiter);
      if (dialect) return { head, dialect };
      looked = head.length;
    }
    const next = await rest.next();
    if (next.done) return { head, dialect: sniffDialect(head, true, delimiter)! };
    head += next.value;
  }
}

/** The review, unless its rating is wrong or missing where one is required. */
export function withRating(
  review: Omit<Review, 'rating'>,
  rating: number | null | Problem,
  { requireRating }: Pick<FormatContext, 'requireRating'>,
): Review | Problem {
  if (typeof rating === 'object' && rating !== null) return rating;
  if (rating === null && requireRating)
    return { what: 'the review has no rating', hint: 'Every review needs one here.' };
  return { id: review.id, text: review.text, rating };
}

function raggedRow(fields: readonly string[], header: readonly string[]): Problem {
  const count = fields.length === 1 ? '1 field' : `${fields.length} fields`;
  return {
    what: `it has ${count}, expected ${header.length} as in the first row`,
    hint:
      fields.length > header.length
        ? 'A field that holds the delimiter must be in quotes.'
        : 'Is the delimiter right? --delimiter names another.',
  };
}

/** Characters that no text holds, and that say the file is not what it seems. */
export function damageIn(fields: readonly string[]): Problem | null {
  for (const field of fields) {
    if (field.includes('\0')) return { what: 'it holds a NUL character', hint: 'Is it a text file?' };
    if (field.includes(UNDECODABLE)) {
      return {
        what: 'it holds bytes that are not valid in the encoding',
        hint: 'Name another with --encoding.',
      };
    }
  }
  return null;
}
