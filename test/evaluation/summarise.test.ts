/** From folds' outcomes to figures, on two folds whose figures were computed by hand. */
import { describe, expect, test } from 'vitest';
import { calibrationOf } from '../../src/evaluation/calibration.ts';
import type { FoldOutcome, FoldPlan } from '../../src/evaluation/fold.ts';
import { predictedReviews } from '../../src/evaluation/predicted-reviews.ts';
import { summarise, testedReviews } from '../../src/evaluation/summarise.ts';
import { resolveOptions } from '../../src/options.ts';
import { gatherReviews } from '../../src/text/review-corpus.ts';
import { VERSION } from '../../src/version.ts';

const options = resolveOptions({ seed: 9 });

function planOf(ratings: readonly (number | null)[], more: Partial<FoldPlan> = {}): Promise<FoldPlan> {
  const reviews = ratings.map((rating, i) => ({ id: `${i}`, text: `text ${i}`, rating }));
  return gatherReviews(reviews, options).then((corpus) => ({
    corpus,
    folds: new Int32Array(0),
    options,
    unrated: corpus.unrated,
    transfer: null,
    mistakes: 0,
    ...more,
  }));
}

const excerpt = { head: { kind: 'linear' } } as unknown as FoldOutcome['excerpt'];

function outcome(fold: number, given: Partial<FoldOutcome> & { readonly input: number }): FoldOutcome {
  const { input, ...more } = given;
  return {
    result: { fold } as FoldOutcome['result'],
    rows: new Int32Array(0),
    ratings: new Float64Array(0),
    calibration: null,
    constant: new Float64Array(0),
    noHiddenLayer: {
      ratings: Float64Array.of(...(fold === 1 ? [1, 2] : [3, 5, 3])),
      sparsity: { input, hidden: [] },
    },
    excerpt: null,
    rules: [],
    ...more,
  };
}

const plan = await planOf([1, 2, null, 4, 5, 3]);
/** True ratings: 1 and 4; 2, 5 and 3. */
const outcomes = [
  outcome(1, {
    rows: Int32Array.of(0, 3),
    ratings: Float64Array.of(2, 4),
    constant: Float64Array.of(3, 3),
    input: 0.9,
    excerpt,
  }),
  outcome(2, {
    rows: Int32Array.of(1, 4, 5),
    ratings: Float64Array.of(2, 3, 3),
    constant: Float64Array.of(2, 2, 2),
    input: 0.6,
  }),
];

describe('the figures of a cross-validation', () => {
  const result = summarise(plan, outcomes, 12);

  test('are of each fold, their mean, and over all reviews together, for the network and both baselines', () => {
    const close = (figures: readonly number[]) => figures.map((figure) => expect.closeTo(figure, 12));
    const rmse = [Math.sqrt(1 / 2), Math.sqrt(4 / 3)];
    expect(result.rmse.perFold).toEqual(close(rmse));
    expect(result.rmse.mean).toBeCloseTo((rmse[0] + rmse[1]) / 2, 12);
    expect(result.rmse.std).toBeCloseTo((rmse[1] - rmse[0]) / Math.SQRT2, 12);
    expect(result.rmse.pooled).toBeCloseTo(1, 12);
    expect(result.mae.perFold).toEqual(close([1 / 2, 2 / 3]));
    expect(result.mae.pooled).toBeCloseTo(3 / 5, 12);
    const { constant, noHiddenLayer } = result.baselines;
    expect(constant.rmse.perFold).toEqual(close([Math.sqrt(5 / 2), Math.sqrt(10 / 3)]));
    expect(constant.rmse.pooled).toBeCloseTo(Math.sqrt(3), 12);
    expect(noHiddenLayer.rmse.perFold).toEqual(close([Math.sqrt(2), Math.sqrt(1 / 3)]));
    expect(noHiddenLayer.rmse.pooled).toBeCloseTo(1, 12);
    expect(noHiddenLayer.sparsity).toEqual({ input: expect.closeTo(0.75, 12), hidden: [] });
  });

  test('come with the folds, the options, what was read and how long it took', () => {
    expect(result).toMatchObject({
      folds: [{ fold: 1 }, { fold: 2 }],
      options,
      seed: 9,
      version: VERSION,
      data: { rated: 5, unrated: 1, levels: [1, 2, 3, 4, 5] },
      seconds: 12,
    });
    expect(result).not.toHaveProperty('tested');
  });

  test('of a single fold have no deviation', () => {
    expect(summarise(plan, [outcomes[0]], 1).rmse).toMatchObject({ std: 0 });
  });
});

describe('the levels that are reported', () => {
  const levelsOf = async (...given: Parameters<typeof planOf>) =>
    summarise(await planOf(...given), outcomes, 1).data.levels;

  test('are the different ratings, ascending as numbers', async () => {
    expect(await levelsOf([10, 2, null, 2, 1, 10])).toEqual([1, 2, 10]);
  });

  test('are those of the plan where it has some', async () => {
    expect(await levelsOf([1, 2, 1, 2, 1, 2], { levels: [1, 1.5, 2] })).toEqual([1, 1.5, 2]);
  });

  test('are no more than 21 of a rating that is no scale', async () => {
    const ratings = Array.from({ length: 40 }, (_, i) => 40 - i);
    expect(await levelsOf(ratings)).toEqual(Array.from({ length: 21 }, (_, i) => 1 + i));
  });
});

describe('the test reviews', () => {
  test('come fold by fold, each with its fold, its true and its predicted rating', () => {
    const tested = testedReviews(plan, outcomes);
    expect([...tested.rows]).toEqual([0, 3, 1, 4, 5]);
    expect([...tested.folds]).toEqual([1, 1, 2, 2, 2]);
    expect([...tested.actual]).toEqual([1, 4, 2, 5, 3]);
    expect([...tested.predicted]).toEqual([2, 4, 2, 3, 3]);
    expect(tested.excerpts).toEqual([excerpt]);
    expect(tested.calibration).toBeNull();
  });

  test('have the calibration of all folds together', () => {
    const half = calibrationOf([1, 2], Float64Array.of(0.5, 0.5), [1]);
    const { calibration } = testedReviews(
      plan,
      outcomes.map((one) => ({ ...one, calibration: half })),
    );
    expect(calibration).toMatchObject({ reviews: 2, calibrationError: 0 });
  });
});

test('predictions for some reviews come with their true ratings and their calibration', () => {
  const rows = Int32Array.of(4, 0);
  const sparsity = { input: 0, hidden: [] };
  const ratings = Float64Array.of(4.5, 1.5);
  const levels = [1, 5];
  const distribution = Float64Array.of(0.125, 0.875, 0.875, 0.125);
  const given = predictedReviews(plan.corpus, rows, { ratings, distribution, sparsity }, levels);
  expect(given).toEqual({
    rows,
    actual: Float64Array.of(5, 1),
    predicted: ratings,
    calibration: calibrationOf(levels, distribution, [5, 1]),
  });
  expect(given.calibration?.reviews).toBe(2);
  expect(
    predictedReviews(plan.corpus, rows, { ratings, distribution: null, sparsity }, levels).calibration,
  ).toBeNull();
});
