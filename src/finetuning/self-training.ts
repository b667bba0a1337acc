/**
 * Self-training: where most reviews are unrated, the linear model beside the network learns again, from them as well, with the
 * ratings that it and the network give them together. It reads terms that are in no rated review, and finds out how
 * these are used. (The network itself learned nothing reliable from such ratings: docs/results.md.)
 */
import { blend, type NetworkPredictions } from '../network/predict.ts';

/** Unrated reviews, and their ratings by a model before and after it has seen the reviews set aside. */
export interface Lessons {
  readonly rows: Int32Array;
  readonly first: Float64Array;
  /** The same as `first` where there was no second training. */
  readonly last: Float64Array;
}

/** Unrated reviews for each rated one, at least: with fewer, what the network knows is in the ratings already. */
const LEAST_PER_RATED = 3;
/** A limit on time. */
const MOST_ROWS = 50_000;
/** Part of the ratings' variance that a model must explain: with less it teaches its errors (instruments: 0.1 to 0.2). */
const LEAST_EXPLAINED = 0.25;

/** The unrated rows that are worth a lesson, spread over all of them; null when they are too few. */
export function lessonRows(unrated: Int32Array, rated: number): Int32Array | null {
  if (unrated.length === 0 || unrated.length < LEAST_PER_RATED * rated) return null;
  const count = Math.min(MOST_ROWS, unrated.length);
  return Int32Array.from({ length: count }, (_, i) => unrated[Math.floor((i * unrated.length) / count)]);
}

/** What a network and a linear model teach together. Null where they have rated nothing. */
export function lessonsOf(
  { lessons: a }: { readonly lessons: Lessons | null },
  { lessons: b }: { readonly lessons: Lessons | null },
  shareOfSecond: number,
): Lessons | null {
  if (!a || !b) return null;
  return {
    rows: a.rows,
    first: blend(a.first, b.first, shareOfSecond),
    last: blend(a.last, b.last, shareOfSecond),
  };
}

/** Whether a model rates well enough to teach, by its ratings of reviews set aside. True when none were. */
export function canTeach({ ratings }: NetworkPredictions, actual: Float64Array): boolean {
  const mean = actual.reduce((a, b) => a + b, 0) / actual.length;
  const sum = (error: (rating: number, i: number) => number): number =>
    actual.reduce((total, rating, i) => total + error(rating, i) ** 2, 0);
  const left = sum((rating, i) => rating - ratings[i]);
  return left <= (1 - LEAST_EXPLAINED) * sum((rating) => rating - mean);
}

/**
 * Whether a model is worse than another by more than luck: its squared errors on reviews set aside are larger, in the mean, by
 * more than two standard errors of their differences.
 */
export function isWorse(model: NetworkPredictions, other: NetworkPredictions, actual: Float64Array): boolean {
  const differences = actual.map(
    (rating, i) => (model.ratings[i] - rating) ** 2 - (other.ratings[i] - rating) ** 2,
  );
  const n = differences.length;
  const mean = differences.reduce((a, b) => a + b, 0) / n;
  const variance = differences.reduce((sum, difference) => sum + (difference - mean) ** 2, 0) / (n - 1);
  return mean > 2 * Math.sqrt(variance / n);
}
