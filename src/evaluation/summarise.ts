/** From the folds' outcomes to the figures of a cross-validation. */

import { meanAbsoluteError, rootMeanSquaredError } from '../metrics.ts';
import { VERSION } from '../version.ts';
import { mergeCalibrations } from './calibration.ts';
import type { FoldOutcome, FoldPlan } from './fold.ts';
import type { CrossValidationResult, TestedReviews } from './results.ts';
import { spreadOverFolds } from './spread.ts';

/** Figures over all folds. */
export function summarise(
  plan: FoldPlan,
  outcomes: readonly FoldOutcome[],
  seconds: number,
): CrossValidationResult {
  const { corpus, options } = plan;
  const truthOf = (outcome: FoldOutcome): Float64Array =>
    Float64Array.from(outcome.rows, (row) => corpus.ratings[row]);
  const spread = (
    error: (predicted: ArrayLike<number>, actual: ArrayLike<number>) => number,
    predictions: (outcome: FoldOutcome) => Float64Array,
  ) =>
    spreadOverFolds(
      outcomes.map((outcome) => error(predictions(outcome), truthOf(outcome))),
      error(
        outcomes.flatMap((outcome) => [...predictions(outcome)]),
        outcomes.flatMap((outcome) => [...truthOf(outcome)]),
      ),
    );
  const meanOf = (value: (outcome: FoldOutcome) => number): number =>
    outcomes.reduce((sum, outcome) => sum + value(outcome), 0) / outcomes.length;
  return {
    folds: outcomes.map(({ result }) => result),
    rmse: spread(rootMeanSquaredError, ({ ratings }) => ratings),
    mae: spread(meanAbsoluteError, ({ ratings }) => ratings),
    baselines: {
      constant: { rmse: spread(rootMeanSquaredError, ({ constant }) => constant) },
      noHiddenLayer: {
        rmse: spread(rootMeanSquaredError, ({ noHiddenLayer }) => noHiddenLayer.ratings),
        sparsity: { input: meanOf(({ noHiddenLayer }) => noHiddenLayer.sparsity.input), hidden: [] },
      },
    },
    options,
    seed: options.seed,
    version: VERSION,
    data: {
      rated: corpus.rated.length,
      unrated: corpus.unrated.length,
      levels:
        plan.levels ??
        [...new Set(corpus.ratings.filter((r) => !Number.isNaN(r)))].sort((a, b) => a - b).slice(0, 21),
    },
    seconds,
  };
}

/** Every test review with its prediction, fold by fold. */
export function testedReviews({ corpus }: FoldPlan, outcomes: readonly FoldOutcome[]): TestedReviews {
  const rows = Int32Array.from(outcomes.flatMap((outcome) => [...outcome.rows]));
  return {
    rows,
    folds: Int32Array.from(outcomes.flatMap(({ result, rows }) => Array.from(rows, () => result.fold))),
    actual: Float64Array.from(rows, (row) => corpus.ratings[row]),
    predicted: Float64Array.from(outcomes.flatMap(({ ratings }) => [...ratings])),
    calibration: mergeCalibrations(outcomes.map(({ calibration }) => calibration)),
    excerpts: outcomes.flatMap(({ excerpt }) => excerpt ?? []),
  };
}
