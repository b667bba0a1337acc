/**
 * Whether predicted probabilities mean what they say: of all levels that got a probability near 0.3, about 30 % should be
 * the true one. A rating between two levels counts for both, in parts whose expectation it is.
 */
import { spreadOverLevels } from '../corpus/scale.ts';

export interface CalibrationBin {
  /** Probabilities from here (inclusive) to there (exclusive, but for 1). */
  readonly from: number;
  readonly to: number;
  /** How many probabilities fell into it; one review has one per level. */
  readonly count: number;
  /** Their mean, and the share of them whose level was the true one. Null when there are none. */
  readonly predicted: number | null;
  readonly actual: number | null;
}

export interface Calibration {
  readonly reviews: number;
  /** Per level: mean predicted probability, and share of the reviews that have it. */
  readonly levels: readonly { readonly level: number; readonly predicted: number; readonly actual: number }[];
  /** Ten bins of equal width. */
  readonly bins: readonly CalibrationBin[];
  /** Expected calibration error: mean of |predicted - actual| over the bins, weighted by their counts. 0 is best. */
  readonly calibrationError: number;
}

const BINS = 10;

/** Gathers predictions one by one. */
export class CalibrationTally {
  private readonly levels: readonly number[];
  private readonly byLevel: { predicted: number; actual: number }[];
  private readonly bins = Array.from({ length: BINS }, () => ({ count: 0, predicted: 0, actual: 0 }));
  private reviews = 0;

  constructor(levels: readonly number[]) {
    this.levels = levels;
    this.byLevel = levels.map(() => ({ predicted: 0, actual: 0 }));
  }

  /** @param distribution probability of each level */
  add(distribution: ArrayLike<number>, rating: number): void {
    const { low, high, weightHigh } = spreadOverLevels({ levels: this.levels }, rating);
    this.reviews++;
    this.byLevel.forEach((level, k) => {
      const probability = distribution[k];
      const truth = k === high ? weightHigh : k === low ? 1 - weightHigh : 0;
      for (const sums of [level, this.bins[Math.min(BINS - 1, Math.floor(probability * BINS))]]) {
        sums.predicted += probability;
        sums.actual += truth;
      }
      this.bins[Math.min(BINS - 1, Math.floor(probability * BINS))].count++;
    });
  }

  /** Null when nothing was added. */
  result(): Calibration | null {
    const { reviews, levels } = this;
    if (reviews === 0) return null;
    const gap = this.bins.reduce((sum, { predicted, actual }) => sum + Math.abs(predicted - actual), 0);
    return {
      reviews,
      levels: this.byLevel.map(({ predicted, actual }, k) => ({
        level: levels[k],
        predicted: predicted / reviews,
        actual: actual / reviews,
      })),
      bins: this.bins.map(({ count, predicted, actual }, i) => ({
        from: i / BINS,
        to: (i + 1) / BINS,
        count,
        predicted: count === 0 ? null : predicted / count,
        actual: count === 0 ? null : actual / count,
      })),
      calibrationError: gap / (reviews * levels.length),
    };
  }
}
