/** How far predicted ratings are from the true ones. A name that ends in Error falls as things get better. */

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
