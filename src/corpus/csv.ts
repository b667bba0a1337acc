/**
 * Characters → records of a CSV or TSV file (RFC 4180). The parsing is papaparse's; this file feeds it so that its
 * traps stay shut:
 *
 * - papaparse is given characters, never bytes, and only ever keeps records that are complete, so a chunk may end
 *   anywhere: between CR and LF, or between the two quotes of an escaped one;
 * - its streaming interface is not used: `pause()` gives no backpressure there, the quote errors get lost, and one
 *   missing quote swallows the rest of the file. Here a consumer that waits stops the reading;
 * - the line end is always LF, and a CR before it is taken off by us: a file that mixes CRLF and LF reads right;
 * - no dynamic typing, no header objects: fields are strings in an array, so a column named `__proto__` is harmless.
 *
 * What a record means, and how many fields it must have, is decided elsewhere.
 */
import Papa from 'papaparse';
import { countNewlines } from './decode.ts';
import { MAX_RECORD_LENGTH, tooLongProblem } from './lines.ts';
import type { Place, Problem } from './place.ts';

export interface CsvRecord extends Place {
  readonly fields: readonly string[];
  /** Set when the record cannot be read; its fields then mean nothing. */
  readonly problem: Problem | null;
}

export interface Dialect {
  readonly delimiter: string;
  readonly newline: '\n' | '\r';
}

const DELIMITERS = [',', ';', '\t', '|'];

/**
 * Line end and delimiter, from the header line. The delimiter is the most frequent candidate outside quotes, the comma
 * when there is none.
 * @param text the start of the file
 * @param complete true when that is the whole file
 * @returns null when the header line has not ended yet
 */
export function sniffDialect(text: string, complete: boolean, delimiter?: string): Dialect | null {
  const counts = DELIMITERS.map(() => 0);
  let quoted = false;
  let newline: '\n' | '\r' | null = null;
  let begun = false; // blank lines before the header tell nothing
  for (let i = 0; i < text.length && !(newline && begun); i++) {
    const char = text[i];
    if (char === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (char === '\r' && i + 1 === text.length && !complete)
      return null; // an LF may follow
    else if (char === '\n' || (char === '\r' && text[i + 1] !== '\n')) newline = char;
    else if (DELIMITERS.includes(char)) counts[DELIMITERS.indexOf(char)]++;
    if (char.trim() !== '' && !begun) [begun, newline] = [true, null];
  }
  if (!(newline && begun) && !complete) return null;
  const best = counts.indexOf(Math.max(...counts));
  return { delimiter: delimiter ?? DELIMITERS[best], newline: newline ?? '\n' };
}

/**
 * Every record that is not a blank line. A record with a malformed or unclosed quote has a `problem`; after it, reading
 * goes on at the next *line*, so that one stray quote costs a line and not the rest of the file.
 * @param head what was read already, put before the rest
 * @param limit longest record in characters
 */
export async function* readRecords(
  head: string,
  rest: AsyncIterable<string>,
  dialect: Dialect,
  limit = MAX_RECORD_LENGTH,
): AsyncGenerator<CsvRecord> {
  const feed = new RecordFeed(dialect, limit);
  feed.push(head);
  yield* feed.take(false);
  for await (const chunk of rest) {
    feed.push(chunk);
    yield* feed.take(false);
  }
  yield* feed.take(true);
}

/** Characters per pass of the parser: what is plenty, and what does little harm when thrown away. */
const LONGEST_STRIDE = 1024 * 1024;
const SHORTEST_STRIDE = 2048;

/** Holds the characters that are not yet a whole record. */
class RecordFeed {
  private readonly dialect: Dialect;
  private readonly limit: number;
  private buffer = '';
  /**
   * How far a pass looks. Short after a bad record, so that a file of nothing else is not parsed to its end for each;
   * doubled with every pass that goes well, or that finds no end of a long record: all costs linear time.
   */
  private reach = LONGEST_STRIDE;
  /** Length below which there is no point in looking at the buffer again. */
  private enough = 0;
  /** True while the rest of an overlong line is being thrown away. */
  private discarding = false;
  private row = 1;
  private line = 1;

  constructor(dialect: Dialect, limit: number) {
    this.dialect = dialect;
    this.limit = limit;
  }

  push(chunk: string): void {
    if (!this.discarding) {
      this.buffer += chunk;
      return;
    }
    const end = chunk.indexOf(this.dialect.newline);
    if (end === -1) return;
    this.discarding = false;
    this.line++;
    this.buffer = chunk.slice(end + 1);
  }

  /** The records that are complete; at the end of the input also the last one. */
  *take(atEnd: boolean): Generator<CsvRecord> {
    const { newline } = this.dialect;
    if (atEnd && !this.buffer.endsWith(newline)) this.buffer += newline; // so that the last record ends like the others
    while (this.buffer !== '' && (atEnd || this.buffer.length >= this.enough)) {
      const text = this.buffer.slice(0, this.reach);
      const { records, broken } = this.parse(text);
      yield* this.emit(records);
      if (records.length > 0) continue;
      const all = text.length === this.buffer.length;
      // A quote that is followed by blanks at the very end may still turn out to be a closing one.
      if (broken && ((atEnd && all) || !text.trimEnd().endsWith('"'))) yield this.giveUp(malformedQuote);
      else if (atEnd && all) yield this.giveUp(unclosedQuote);
      else if (text.length > this.limit) {
        yield this.giveUp(text.includes('"') ? unclosedQuote : tooLongProblem(this.limit));
      } else {
        this.reach = Math.max(this.reach, Math.min(2 * text.length, this.limit + 1));
        this.enough = all ? this.reach : 0;
      }
    }
  }

  /** One pass of papaparse over a text, as far as its records are complete, or up to the first broken quote. */
  private parse(text: string): { readonly records: readonly RawRecord[]; readonly broken: boolean } {
    const records: RawRecord[] = [];
    const parser = new Papa.Parser({
      delimiter: this.dialect.delimiter,
      newline: this.dialect.newline,
      step: ({ data, errors, meta }: Papa.ParseStepResult<string[][]>) => {
        const broken = errors.length > 0;
        records.push({ fields: data[0], end: meta.cursor, broken });
        if (broken) parser.abort(); // what papaparse makes of the text after a broken quote is guesswork
      },
    });
    const { errors } = parser.parse(text, 0, true) as { errors: readonly unknown[] };
    return { records, broken: errors.length > 0 };
  }

  private *emit(records: readonly RawRecord[]): Generator<CsvRecord> {
    const { buffer } = this;
    let start = 0;
    for (const { fields, end, broken } of records) {
      if (broken) {
        this.advance(start);
        yield this.giveUp(malformedQuote);
        return;
      }
      const raw = buffer.slice(start, end);
      start = end;
      const place = { row: this.row++, line: this.line };
      this.line += this.dialect.newline === '\n' ? countNewlines(raw) : raw.split('\r').length - 1;
      if (this.dialect.newline === '\n') dropCarriageReturn(fields, raw);
      if (raw.length > this.limit) yield { ...place, fields: [], problem: tooLongProblem(this.limit) };
      else if (fields.length > 1 || raw.trim() !== '') yield { ...place, fields, problem: null };
    }
    this.advance(start);
  }

  private advance(length: number): void {
    if (length === 0) return;
    this.buffer = this.buffer.slice(length);
    this.enough = 0;
    if (this.reach < LONGEST_STRIDE) this.reach *= 2;
  }

  /** Reports the record at the start of the buffer as bad and goes on at the next line. */
  private giveUp(problem: Problem): CsvRecord {
    const record = { row: this.row++, line: this.line, fields: [], problem };
    const end = this.buffer.indexOf(this.dialect.newline);
    if (end === -1) {
      this.discarding = true;
      this.buffer = '';
    } else {
      this.line++;
      this.buffer = this.buffer.slice(end + 1);
    }
    this.enough = 0;
    this.reach = SHORTEST_STRIDE;
    return record;
  }
}

interface RawRecord {
  readonly fields: string[];
  /** Position in the buffer after the record and its line end. */
  readonly end: number;
  /** True when a quoted field goes on after its closing quote. */
  readonly broken: boolean;
}

/** Takes the CR of a CRLF line end off the last field, unless that CR stands within quotes. */
function dropCarriageReturn(fields: string[], raw: string): void {
  const last = fields[fields.length - 1];
  if (last.endsWith('\r') && raw.endsWith(`${last}\n`)) fields[fields.length - 1] = last.slice(0, -1);
}

const malformedQuote: Problem = {
  what: 'a quoted field goes on after its closing quote, or lacks one',
  hint: 'Within a quoted field a quote is written twice ("").',
};

const unclosedQuote: Problem = {
  what: 'a quoted field is never closed',
  hint: 'A field that begins with a quote must end with one; within it a quote is written twice ("").',
};
