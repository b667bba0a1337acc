/** The shapes of reading: what is asked for, the rows that come out, and what passes between formats and reader. */
import type { ColumnNames } from './columns.ts';
import type { Place, Problem } from './place.ts';
import type { RatingReader } from './rating.ts';
import type { FileTally, Format, ReadReport } from './report.ts';
import type { Review } from './review.ts';

export interface ReadOptions extends ColumnNames {
  /** Format of all sources; by name or content when absent. */
  readonly format?: Format;
  /** One character, or "tab"; from the header line when absent. */
  readonly delimiter?: string;
  /** WHATWG encoding label; UTF-8 (or what a byte order mark says) when absent. */
  readonly encoding?: string;
  /** Path of the words, one per line, that the numbers of svmlight stand for. */
  readonly vocabulary?: string;
  /** Those words; read from `vocabulary` when absent. */
  readonly words?: readonly string[];
  /** Leave bad rows out and count them in the report, rather than throw at the first. */
  readonly skipBadRows?: boolean;
  /** The bytes that "-" stands for; standard input when absent. */
  readonly input?: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** What holds for all rows of a file. */
export interface TableHead {
  /** As in messages: the path as given, or "standard input". */
  readonly name: string;
  readonly format: Format;
  /** Column names as they stand in the first row; empty for formats without such a row. */
  readonly header: readonly string[];
  /** Between the fields of CSV and TSV; null for all others. */
  readonly delimiter: string | null;
}

export interface TableRow extends Place {
  readonly head: TableHead;
  /** The fields of CSV and TSV, as many as the header has; empty for all others. */
  readonly record: readonly string[];
  /** The line of formats of which each line is a row; null for CSV and TSV. */
  readonly source: string | null;
  readonly review: Review;
}

export interface Table extends AsyncIterable<TableRow> {
  /** Counts of the latest pass; complete once it has ended. */
  readonly report: ReadReport;
}

/** A row that was read, good or bad. */
export interface Outcome extends Place {
  readonly record: readonly string[];
  readonly source: string | null;
  readonly found: Review | Problem;
}

/** What a format makes of its characters. */
export interface FormatRows {
  readonly head: TableHead;
  readonly outcomes: AsyncIterable<Outcome>;
}

export interface FormatContext extends ReadOptions {
  readonly name: string;
  readonly format: Format;
  readonly file: FileTally;
  readonly ratings: RatingReader;
}
