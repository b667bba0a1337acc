/** Review files → a stream of reviews: `readTable` without the rows around them. */
import { readTable } from './read-table.ts';
import type { ReadReport } from './report.ts';
import type { Review } from './review.ts';
import type { ReadOptions } from './table.ts';

export interface ReviewStream extends AsyncIterable<Review> {
  /** Counts of the latest pass; complete once it has ended. */
  readonly report: ReadReport;
}

/**
 * The reviews of one or several sources, one after another.
 *
 * ```ts
 * const reviews = readReviews(['rated.csv', 'more.jsonl.gz'], { rating: 'stars' });
 * for await (const { text, rating } of reviews) ...
 * console.error(reviews.report);
 * ```
 * @param sources paths; "-" is standard input
 * @throws StarlingError as `readTable`
 */
export function readReviews(sources: string | readonly string[], options: ReadOptions = {}): ReviewStream {
  const table = readTable(sources, options);
  return {
    get report() {
      return table.report;
    },
    async *[Symbol.asyncIterator]() {
      for await (const { review } of table) yield review;
    },
  };
}

/** All of a stream in memory. */
export async function collectReviews(reviews: AsyncIterable<Review>): Promise<Review[]> {
  const all: Review[] = [];
  for await (const review of reviews) all.push(review);
  return all;
}
