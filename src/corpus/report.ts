/** What was found while reading: how many rows, with and without ratings, and what was left out and why. */
import { type Place, type Problem, showPlace } from './place.ts';
import type { Review } from './review.ts';

export const formatNames = ['csv', 'tsv', 'jsonl', 'txt', 'fasttext', 'svmlight', 'parquet'] as const;
export type Format = (typeof formatNames)[number];

/** "csv, tsv, jsonl or txt", for messages. */
export const formatList = `${formatNames.slice(0, -1).join(', ')} or ${formatNames.at(-1)}`;

/** Reasons kept per file; the count goes on. */
const REASONS_KEPT = 10;

export interface ReadCounts {
  /** Rows that hold data: rated + unrated + skipped. Not the header, not blank lines. */
  readonly rows: number;
  readonly rated: number;
  readonly unrated: number;
  /** Bad rows that were left out; more than 0 only with `skipBadRows`. */
  readonly skipped: number;
  /** Rated or unrated reviews whose text is blank. */
  readonly emptyTexts: number;
}

export interface FileReport extends ReadCounts {
  readonly name: string;
  readonly format: Format | null;
  /** Names of the columns in use; null for a column that is not there, or when nothing was read yet. */
  readonly columns: {
    readonly text: string | null;
    readonly rating: string | null;
    readonly id: string | null;
  };
  /** A column that is named like the title of a review, and is not read; null where there is none. */
  readonly title: string | null;
  /** Whether the ratings are the words negative, neutral and positive, which count as 0, 0.5 and 1. */
  readonly wordRatings: boolean;
  /** Why the first bad rows were left out, each with its row. */
  readonly reasons: readonly string[];
}

/** Complete once the reading has ended; until then, the state so far. */
export interface ReadReport extends ReadCounts {
  readonly files: readonly FileReport[];
}

type Counts = { -readonly [K in keyof ReadCounts]: number };

const noCounts = (): Counts => ({ rows: 0, rated: 0, unrated: 0, skipped: 0, emptyTexts: 0 });

/** Keeps the counts of one file and of all together. */
export class Tally {
  readonly report: Counts & { files: FileTally[] } = { ...noCounts(), files: [] };

  openFile(name: string): FileTally {
    const file: FileTally = {
      name,
      format: null,
      columns: { text: null, rating: null, id: null },
      ...noCounts(),
      ...{ title: null, wordRatings: false },
      reasons: [],
    };
    this.report.files.push(file);
    return file;
  }

  add(file: FileTally, review: Review): void {
    for (const counts of [this.report, file]) {
      counts.rows++;
      if (review.rating === null) counts.unrated++;
      else counts.rated++;
      if (review.text.trim() === '') counts.emptyTexts++;
    }
  }

  skip(file: FileTally, place: Place, problem: Problem): void {
    for (const counts of [this.report, file]) {
      counts.rows++;
      counts.skipped++;
    }
    if (file.reasons.length < REASONS_KEPT) file.reasons.push(`${showPlace(place)}: ${problem.what}`);
  }
}

export type FileTally = Counts & {
  readonly name: string;
  format: Format | null;
  columns: FileReport['columns'];
  title: string | null;
  wordRatings: boolean;
  readonly reasons: string[];
};
