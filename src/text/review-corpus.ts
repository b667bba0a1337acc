/** Reviews gathered for learning: their words as integers, and their ratings. The text itself is not kept. */
import type { Review } from '../corpus/review.ts';
import { TokenCorpus } from './token-corpus.ts';
import type { TokenOptions } from './tokenize.ts';

export interface ReviewCorpus {
  readonly tokens: TokenCorpus;
  /** One per review; NaN where it is unrated. */
  readonly ratings: Float64Array;
  /** Rows of the rated reviews, and of the others, ascending. */
  readonly rated: Int32Array;
  readonly unrated: Int32Array;
}

export type ReviewSource = Iterable<Review> | AsyncIterable<Review>;

/** Reads everything: first the reviews, then the unlabelled ones, whose ratings, if any, are not looked at. */
export async function gatherReviews(
  reviews: ReviewSource,
  options: TokenOptions,
  unlabelled: ReviewSource = [],
): Promise<ReviewCorpus> {
  const tokens = new TokenCorpus(options);
  const ratings: number[] = [];
  for await (const review of reviews) {
    tokens.add(review.text);
    ratings.push(review.rating ?? Number.NaN);
  }
  for await (const review of unlabelled) {
    tokens.add(review.text);
    ratings.push(Number.NaN);
  }
  const rows = ratings.map((_, row) => row);
  return {
    tokens,
    ratings: Float64Array.from(ratings),
    rated: Int32Array.from(rows.filter((row) => !Number.isNaN(ratings[row]))),
    unrated: Int32Array.from(rows.filter((row) => Number.isNaN(ratings[row]))),
  };
}
