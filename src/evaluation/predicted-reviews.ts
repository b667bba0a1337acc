/** Predictions for some of the rated reviews of a corpus, with what they are measured by. */
import type { NetworkPredictions } from '../network/predict.ts';
import type { ReviewCorpus } from '../text/review-corpus.ts';
import { calibrationOf } from './calibration.ts';
import type { PredictedReviews } from './results.ts';

/**
 * @param rows of the corpus, all rated
 * @param predicted what was predicted for them, in order
 */
export function predictedReviews(
  corpus: ReviewCorpus,
  rows: Int32Array,
  predicted: NetworkPredictions,
  levels: readonly number[],
): PredictedReviews {
  const actual = Float64Array.from(rows, (row) => corpus.ratings[row]);
  return {
    rows,
    actual,
    predicted: predicted.ratings,
    calibration: calibrationOf(levels, predicted.distribution, actual),
  };
}
