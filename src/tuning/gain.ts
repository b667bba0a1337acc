/**
 * By how much the best trial is better than the options as given, on the same reviews, and how sure that is. Each review is judged
 * by both, so the difference is known much better than either RMSE. Not how much it will be elsewhere: the best of many has been lucky.
 */
export interface Gain {
  /** RMSE of the options as given less that of the best. */
  readonly rmse: number;
  /** Of that difference, over the reviews that judge. */
  readonly standardError: number;
}

/**
 * Whether the best is to be taken: below one standard error it is as likely to be luck, and what is given is what was thought
 * about (after the one-standard-error rule of Breiman et al. 1984).
 * @param gain null where it is not known
 */
export function isWorth(gain: Gain | null): boolean {
  return gain === null || gain.rmse > gain.standardError;
}

/** @param given squared error of each review that judges, with the options as given, and @param best with the best */
export function gainOf(given: ArrayLike<number>, best: ArrayLike<number>): Gain {
  const [before, after] = [rootOfMean(given), rootOfMean(best)];
  // Both roots by the delta method; of a network without any error there is nothing to divide by.
  const half = (root: number): number => (root > 0 ? 1 / (2 * root) : 0);
  const differences = Array.from(given, (square, i) => square * half(before) - best[i] * half(after));
  const mean = differences.reduce((sum, d) => sum + d, 0) / differences.length;
  const variance = differences.reduce((sum, d) => sum + (d - mean) ** 2, 0) / differences.length;
  return { rmse: before - after, standardError: Math.sqrt(variance / differences.length) };
}

function rootOfMean(squares: ArrayLike<number>): number {
  return Math.sqrt(Array.from(squares).reduce((sum, square) => sum + square, 0) / squares.length);
}
