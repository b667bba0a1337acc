/** Every pair of networks of an experiment, on the same folds and reviews. */
import { correctedTTest, holmAdjusted, type PairedTest, signedRankTest } from '../evaluation/significance.ts';
import type { VariantName } from './variants.ts';

export interface Compared {
  readonly name: VariantName;
  /** RMSE of each fold. */
  readonly perFold: readonly number[];
  /** Of each review, in an order that all share. */
  readonly squaredErrors: Float64Array;
}

export interface PairComparison {
  readonly worse: VariantName;
  readonly better: VariantName;
  /** RMSE of the worse less that of the better, fold by fold; `p` of the corrected resampled t-test. */
  readonly difference: PairedTest;
  /** Of that p, over all pairs (Holm). */
  readonly adjustedP: number;
  /** Folds in which the better one is better. */
  readonly foldsWon: number;
  /** Wilcoxon's signed-rank test over the reviews' squared errors. */
  readonly reviewsP: number;
}

/** @param ratio test reviews of a fold by its training reviews */
export function comparePairs(all: readonly Compared[], ratio: number): PairComparison[] {
  const pairs = all.flatMap((a, i) =>
    all.slice(i + 1).map((b) => {
      const mean = ({ perFold }: Compared): number => perFold.reduce((sum, value) => sum + value, 0);
      const [worse, better] = mean(a) >= mean(b) ? [a, b] : [b, a];
      const differences = worse.perFold.map((value, fold) => value - better.perFold[fold]);
      return {
        worse: worse.name,
        better: better.name,
        difference: correctedTTest(differences, ratio),
        foldsWon: differences.filter((d) => d > 0).length,
        reviewsP: signedRankTest(worse.squaredErrors.map((error, i) => error - better.squaredErrors[i])),
      };
    }),
  );
  const adjusted = holmAdjusted(pairs.map(({ difference }) => difference.p));
  return pairs.map((pair, i) => ({ ...pair, adjustedP: adjusted[i] }));
}
