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

/**
 * @param distribution reviews x levels, row-major; null (of the linear head) gives null
 * @param ratings the true ones, one per review
 */
export function calibrationOf(
  levels: readonly number[],
  distribution: Float64Array | null,
  ratings: ArrayLike<number>,
): Calibration | null {
  if (distribution === null) return null;
  const tally = new CalibrationTally(levels);
  for (let i = 0; i < ratings.length; i++) {
    tally.add(distribution.subarray(i * levels.length, (i + 1) * levels.length), ratings[i]);
  }
  return tally.result();
}

/**
 * The calibration of several sets of reviews as one. Their scales may differ (a fold's training part may lack a rare
 * rating): a level's figures are over all reviews, with probability 0 where a scale does not have it.
 * Null when there is none.
 */
export function mergeCalibrations(parts: readonly (Calibration | null)[]): Calibration | null {
  const all = parts.filter((part) => part !== null);
  if (all.length === 0) return null;
  const reviews = all.reduce((sum, part) => sum + part.reviews, 0);
  const levels = [...new Set(all.flatMap((part) => part.levels.map(({ level }) => level)))];
  const share = (level: number, which: 'predicted' | 'actual'): number =>
    all.reduce((sum, part) => {
      const found = part.levels.find((one) => one.level === level);
      return sum + part.reviews * (found?.[which] ?? 0);
    }, 0) / reviews;
  const bins = all[0].bins.map(({ from, to }, i): CalibrationBin => {
    const count = all.reduce((sum, part) => sum + part.bins[i].count, 0);
    const mean = (which: 'predicted' | 'actual'): number | null =>
      count === 0
        ? null
        : all.reduce((sum, { bins }) => sum + bins[i].count * (bins[i][which] ?? 0), 0) / count;
    return { from, to, count, predicted: mean('predicted'), actual: mean('actual') };
  });
  const probabilities = bins.reduce((sum, { count }) => sum + count, 0);
  const gap = bins.reduce(
    (sum, { count, predicted, actual }) => sum + count * Math.abs((predicted ?? 0) - (actual ?? 0)),
    0,
  );
  return {
    reviews,
    levels: levels
      .sort((a, b) => a - b)
      .map((level) => ({ level, predicted: share(level, 'predicted'), actual: share(level, 'actual') })),
    bins,
    calibrationError: gap / probabilities,
  };
}

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
