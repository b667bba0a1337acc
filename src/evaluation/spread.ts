/** How a figure varies over folds. */
import type { Spread } from './results.ts';

/**
 * Mean and standard deviation (n - 1) over folds, beside the figure over all folds' reviews together, which is not
 * their mean.
 */
export function spreadOverFolds(perFold: readonly number[], pooled: number): Spread {
  const mean = perFold.reduce((a, b) => a + b, 0) / perFold.length;
  const squares = perFold.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, std: perFold.length > 1 ? Math.sqrt(squares / (perFold.length - 1)) : 0, pooled, perFold };
}
