/**
 * The levels that ratings take: 1 to 5 stars, half stars, 1 to 10, 0 to 1. Learned from the ratings or given. The
 * softmax head has one class per level; a rating between two levels is spread over both so that its expectation stays.
 */
import { StarlingError } from '../errors.ts';

/** With more distinct values than this, a rating counts as continuous. */
export const MOST_DISTINCT_LEVELS = 20;

/** Levels of a continuous scale. */
export const CONTINUOUS_LEVELS = 11;

export interface RatingScale {
  /** Ascending, distinct, finite; at least one. */
  readonly levels: readonly number[];
}

/**
 * The scale of some ratings: their distinct values if there are at most 20, else 11 levels evenly spaced from the
 * lowest to the highest.
 * @param given the levels to use instead, in any order; ratings outside them will be clamped
 * @throws StarlingError NOT_ENOUGH_DATA when there are no ratings; BAD_INPUT when one is not finite; BAD_OPTION for
 *   levels that are none
 */
export function learnScale(ratings: ArrayLike<number>, given?: readonly number[]): RatingScale {
  if (given !== undefined) return { levels: checkLevels(given) };
  if (ratings.length === 0) {
    throw new StarlingError(
      'NOT_ENOUGH_DATA',
      'no review has a rating, so there is no scale to learn',
      'At least some reviews must be rated; if another column holds the ratings, name it: --rating COLUMN.',
    );
  }
  const distinct = new Set<number>();
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < ratings.length; i++) {
    const rating = ratings[i];
    if (!Number.isFinite(rating)) throw new StarlingError('BAD_INPUT', `the rating ${rating} is no number`);
    if (distinct.size <= MOST_DISTINCT_LEVELS) distinct.add(rating + 0); // -0 + 0 is 0
    min = Math.min(min, rating);
    max = Math.max(max, rating);
  }
  if (distinct.size <= MOST_DISTINCT_LEVELS) return { levels: ascending(distinct) };
  const steps = CONTINUOUS_LEVELS - 1;
  const levels = Array.from({ length: CONTINUOUS_LEVELS }, (_, i) => (min * (steps - i) + max * i) / steps);
  return { levels: Object.freeze(levels) };
}

function checkLevels(given: readonly number[]): readonly number[] {
  if (given.length === 0 || !given.every(Number.isFinite)) {
    throw new StarlingError(
      'BAD_OPTION',
      `the levels are [${given.join(', ')}], expected one or more numbers`,
    );
  }
  return ascending(new Set(given.map((level) => level + 0)));
}

function ascending(values: Iterable<number>): readonly number[] {
  return Object.freeze([...values].sort((a, b) => a - b));
}

export interface TwoPointTarget {
  /** Positions in `levels`, from 0: the neighbours of the rating, or twice the level that it is on. */
  readonly low: number;
  readonly high: number;
  /** Probability of the upper level, 0 to 1; the lower has 1 - weightHigh. 1 when low = high. */
  readonly weightHigh: number;
}

/**
 * The distribution over at most two neighbouring levels whose expectation is the rating:
 * (1 - weightHigh) levels[low] + weightHigh levels[high] = rating. A rating outside the scale is moved to its end.
 */
export function spreadOverLevels({ levels }: RatingScale, rating: number): TwoPointTarget {
  let high = 0;
  while (high < levels.length - 1 && levels[high] < rating) high++;
  if (high === 0 || levels[high] <= rating) return { low: high, high, weightHigh: 1 };
  const low = high - 1;
  const weightHigh = (rating - levels[low]) / (levels[high] - levels[low]);
  // A rating above a level by next to nothing has a share that no float holds: it is at that level.
  return weightHigh > 0 ? { low, high, weightHigh } : { low, high: low, weightHigh: 1 };
}
