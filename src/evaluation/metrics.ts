/** How far predicted ratings are from the true ones. A name that ends in Error falls as things get better. */
import type { Spread } from './results.ts';

/** sqrt(mean (predicted - actual)²), in units of the rating. NaN for no reviews. */
export function rootMeanSquaredError(predicted: ArrayLike<number>, actual: ArrayLike<number>): number {
  return Math.sqrt(meanOver(predicted, actual, (difference) => difference * difference));
}

/** mean |predicted - actual|, in units of the rating. NaN for no reviews. */
export function meanAbsoluteError(predicted: ArrayLike<number>, actual: ArrayLike<number>): number {
  return meanOver(predicted, actual, Math.abs);
}

function meanOver(
  predicted: ArrayLike<number>,
  actual: ArrayLike<number>,
  cost: (difference: number) => number,
): number {
  if (predicted.length !== actual.length) {
    throw new RangeError(`${predicted.length} predictions for ${actual.length} ratings`);
  }
  let sum = 0;
  for (let i = 0; i < actual.length; i++) sum += cost(predicted[i] - actual[i]);
  return sum / actual.length;
}

/**
 * Mean and standard deviation (n - 1) over folds, beside the figure over all folds' reviews together, which is not
 * their mean.
 */
export function spreadOverFolds(perFold: readonly number[], pooled: number): Spread {
  const mean = perFold.reduce((a, b) => a + b, 0) / perFold.length;
  const squares = perFold.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, std: perFold.length > 1 ? Math.sqrt(squares / (perFold.length - 1)) : 0, pooled, perFold };
}
