/** Predictions gathered by the true rating: what the charts of predicted against true, of residuals and of confusion show. */
import { mean, quantileSorted } from 'd3-array';
import { learnScale, MOST_DISTINCT_LEVELS } from '../../corpus/scale.ts';
import type { PredictedReviews } from '../../evaluation/results.ts';

export interface LevelGroup {
  readonly level: number;
  /** Predictions for the reviews of this level, ascending. */
  readonly predicted: readonly number[];
  /** Of the predictions; null without reviews. */
  readonly median: number | null;
  /** Of predicted minus true; null without reviews. */
  readonly residuals: Quantiles | null;
}

export interface Quantiles {
  readonly mean: number;
  readonly p5: number;
  readonly p25: number;
  readonly median: number;
  readonly p75: number;
  readonly p95: number;
}

/** The scale's levels, if they are few enough to be shown; of a continuous one, 11 levels along the true ratings. */
export function shownLevels(levels: readonly number[], actual: Float64Array): readonly number[] {
  return levels.length > 0 && levels.length <= MOST_DISTINCT_LEVELS ? levels : learnScale(actual).levels;
}

/** Position of the level nearest to a rating; of two, the lower. */
export function nearestLevel(levels: readonly number[], rating: number): number {
  let best = 0;
  levels.forEach((level, k) => {
    if (Math.abs(level - rating) < Math.abs(levels[best] - rating)) best = k;
  });
  return best;
}

/** One group per level, also for levels without reviews; a review belongs to the level nearest to its true rating. */
export function groupByLevel(
  { actual, predicted }: PredictedReviews,
  levels: readonly number[],
): LevelGroup[] {
  const members: number[][] = levels.map(() => []);
  actual.forEach((rating, i) => {
    members[nearestLevel(levels, rating)].push(i);
  });
  const ascending = (a: number, b: number): number => a - b;
  return levels.map((level, k) => {
    const predictions = members[k].map((i) => predicted[i]).sort(ascending);
    return {
      level,
      predicted: predictions,
      median: quantileSorted(predictions, 0.5) ?? null,
      residuals: quantilesOf(members[k].map((i) => predicted[i] - actual[i]).sort(ascending)),
    };
  });
}

export function quantilesOf(sorted: number[]): Quantiles | null {
  if (sorted.length === 0) return null;
  const at = (share: number): number => quantileSorted(sorted, share) ?? Number.NaN;
  return {
    mean: mean(sorted)!,
    p5: at(0.05),
    p25: at(0.25),
    median: at(0.5),
    p75: at(0.75),
    p95: at(0.95),
  };
}

export interface Confusion {
  /** Reviews: counts[true level][level nearest to the prediction]. */
  readonly counts: readonly (readonly number[])[];
  /** Shares of all reviews, 0 to 1: rounded to the true level, and to it or one beside it. */
  readonly exact: number;
  readonly withinOne: number;
}

export function confusionOf({ actual, predicted }: PredictedReviews, levels: readonly number[]): Confusion {
  const counts = levels.map(() => levels.map(() => 0));
  let exact = 0;
  let withinOne = 0;
  actual.forEach((rating, i) => {
    const row = nearestLevel(levels, rating);
    const column = nearestLevel(levels, predicted[i]);
    counts[row][column]++;
    if (row === column) exact++;
    if (Math.abs(row - column) <= 1) withinOne++;
  });
  const reviews = Math.max(1, actual.length);
  return { counts, exact: exact / reviews, withinOne: withinOne / reviews };
}
