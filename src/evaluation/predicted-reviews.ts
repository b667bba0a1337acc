/** Predictions for some of the rated reviews of a corpus, taken out of those for all of them. */
import type { NetworkPredictions } from '../network/predict.ts';
import type { ReviewCorpus } from '../text/review-corpus.ts';
import { calibrationOf } from './calibration.ts';
import type { PredictedReviews } from './results.ts';

/**
 * @param chosen rows of the corpus, all rated
 * @param rated what was predicted for all rated reviews of the corpus, in order
 */
export function predictedReviews(
  corpus: ReviewCorpus,
  chosen: Int32Array,
  rated: NetworkPredictions,
  levels: readonly number[],
): PredictedReviews {
  const isChosen = new Set(chosen);
  const places = Array.from(corpus.rated.keys()).filter((place) => isChosen.has(corpus.rated[place]));
  const actual = Float64Array.from(places, (place) => corpus.ratings[corpus.rated[place]]);
  const { distribution } = rated;
  const n = levels.length;
  const ofRows =
    distribution &&
    Float64Array.from(places.flatMap((place) => [...distribution.subarray(place * n, (place + 1) * n)]));
  return {
    rows: Int32Array.from(places, (place) => corpus.rated[place]),
    actual,
    predicted: Float64Array.from(places, (place) => rated.ratings[place]),
    calibration: calibrationOf(levels, ofRows, actual),
  };
}
