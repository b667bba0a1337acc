/** Review files for a verb: read, with what was found said on standard error once the reading has ended. */
import { readReviews } from '../corpus/read-reviews.ts';
import type { FileReport, ReadReport } from '../corpus/report.ts';
import type { Review } from '../corpus/review.ts';
import type { ReadOptions } from '../corpus/table.ts';
import { StarlingError } from '../errors.ts';
import type { Notes } from './notes.ts';

/** Reviews between two looks of the status line. */
const STRIDE = 1000;

export interface NotedReviews extends AsyncIterable<Review> {
  readonly report: ReadReport;
}

export function openReviews(files: readonly string[], reading: ReadOptions, notes: Notes): NotedReviews {
  const reviews = readReviews(files, reading);
  return {
    get report() {
      return reviews.report;
    },
    async *[Symbol.asyncIterator]() {
      let count = 0;
      for await (const review of reviews) {
        yield review;
        if (++count % STRIDE === 0 && notes.live) {
          notes.status(
            `reading ${reviews.report.files.at(-1)?.name}: ${count.toLocaleString('en-US')} reviews`,
          );
        }
      }
      sayReport(reviews.report, notes);
    },
  };
}

/**
 * The same for a verb that needs ratings: refuses at the end of the reading, and not after an hour of pre-training.
 * @throws StarlingError NOT_ENOUGH_DATA when no review is rated
 */
export function openRatedReviews(files: readonly string[], reading: ReadOptions, notes: Notes): NotedReviews {
  const reviews = openReviews(files, reading, notes);
  return {
    get report() {
      return reviews.report;
    },
    async *[Symbol.asyncIterator]() {
      yield* reviews;
      if (reviews.report.rated === 0) throw noneRated(reviews.report);
    },
  };
}

function noneRated({ files }: ReadReport): StarlingError {
  const names = files.map(({ name }) => name).join(', ');
  const column = files.find(({ columns }) => columns.rating !== null)?.columns.rating;
  return new StarlingError(
    'NOT_ENOUGH_DATA',
    column === undefined
      ? `${names}: no column is named like a rating`
      : `${names}: the column "${column}" is empty, so no review is rated`,
    'Name the rating column with --rating.',
  );
}

/** Standard input can be read once only, whatever asks for it. */
export function refuseTwoInputs(...lists: readonly (readonly string[])[]): void {
  if (lists.flat().filter((path) => path === '-').length < 2) return;
  throw new StarlingError('BAD_OPTION', 'standard input ("-") was given twice');
}

/** Says what words count as, what was left out and what is empty, file by file; nothing when all is well. */
export function sayReport({ files }: ReadReport, notes: Notes): void {
  for (const file of files) for (const line of describe(file)) notes.say(line);
}

function describe({ name, rows, skipped, emptyTexts, wordRatings, reasons }: FileReport): string[] {
  const count = (n: number): string => n.toLocaleString('en-US');
  const lines: string[] = [];
  if (wordRatings) lines.push(`${name}: negative counts as 0, neutral as 0.5, positive as 1`);
  if (skipped > 0) {
    lines.push(`${name}: left out ${count(skipped)} of ${count(rows)} rows that cannot be read:`);
    lines.push(...reasons.map((reason) => `  ${reason}`));
    if (skipped > reasons.length) lines.push(`  and ${count(skipped - reasons.length)} more`);
  }
  if (emptyTexts > 0) {
    lines.push(
      `${name}: ${count(emptyTexts)} of ${count(rows)} reviews ${emptyTexts === 1 ? 'has' : 'have'} no text`,
    );
  }
  return lines;
}
