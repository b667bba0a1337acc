/** Predictions that are kept when asked for: of every test review, and of a model's validation part. */
import { describe, expect, test } from 'vitest';
import { crossValidate, type Options, type Review, SentimentModel } from '../../src/index.ts';
import { rootMeanSquaredError } from '../../src/metrics.ts';
import { RandomStream } from '../../src/random.ts';

/** Every third review is unrated. */
function madeUp(count: number): Review[] {
  const stream = RandomStream.fromSeed(11);
  const words = ['awful', 'cold', 'plain', 'fine', 'lovely'];
  return Array.from({ length: count }, (_, i) => {
    const star = stream.integer(i, 5);
    const text = `visit number${i} was ${words[star]} and ${words[stream.split('other').integer(i, 5)]}`;
    return { id: `r${i}`, text, rating: i % 3 === 2 ? null : 1 + star };
  });
}

const small: Partial<Options> = { hidden: [8], folds: 3, pretrain: false, epochs: 4, threads: 1 };
const reviews = madeUp(90);

describe('a cross-validation', () => {
  test('keeps no predictions unless asked', async () => {
    expect(await crossValidate(reviews, { options: small })).not.toHaveProperty('tested');
  });

  test.each([1, 3])(
    'gives each rated review back once, with its fold, when asked (%d threads)',
    async (threads) => {
      const options = { ...small, threads };
      const { tested, folds, rmse } = await crossValidate(reviews, { options, keepPredictions: true });
      const { rows, actual, predicted, calibration } = tested!;
      const rated = reviews.map((_, row) => row).filter((row) => reviews[row].rating !== null);
      expect([...rows].sort((a, b) => a - b)).toEqual(rated);
      expect([...actual]).toEqual(Array.from(rows, (row) => reviews[row].rating));
      for (const { fold, rmse: ofFold, testSize } of folds) {
        const mine = [...tested!.folds.keys()].filter((i) => tested!.folds[i] === fold);
        expect(mine).toHaveLength(testSize);
        const error = rootMeanSquaredError(
          mine.map((i) => predicted[i]),
          mine.map((i) => actual[i]),
        );
        expect(error).toBeCloseTo(ofFold, 12);
      }
      expect(rootMeanSquaredError(predicted, actual)).toBeCloseTo(rmse.pooled, 12);
      expect(calibration!.reviews).toBe(rated.length);
      expect(calibration!.bins.reduce((sum, { count }) => sum + count, 0)).toBe(5 * rated.length);
    },
  );

  test('gives the learning curve of each fold', async () => {
    const { folds } = await crossValidate(reviews, { options: small });
    for (const { history, bestEpoch } of folds) {
      expect(history.map(({ epoch }) => epoch)).toEqual(history.map((_, i) => i + 1));
      const best = history.reduce((a, b) => (b.validationRmse! < a.validationRmse! ? b : a));
      expect(best.epoch).toBe(bestEpoch);
      expect(history[0].sparsity).toHaveLength(1);
    }
  });

  test('with a linear head has no calibration', async () => {
    const { tested } = await crossValidate(reviews, {
      options: { ...small, head: 'linear' },
      keepPredictions: true,
    });
    expect(tested!.calibration).toBeNull();
    expect(tested!.predicted).toHaveLength(60);
  });
});

describe('a trained model', () => {
  test('keeps its validation part when asked: a tenth of the rated reviews, with the RMSE of the best epoch', async () => {
    const model = await SentimentModel.train(reviews, { options: small, keepPredictions: true });
    const { rows, actual, predicted, calibration } = model.validation!;
    model.close();
    expect(rows).toHaveLength(6);
    expect([...actual]).toEqual(Array.from(rows, (row) => reviews[row].rating));
    expect(rootMeanSquaredError(predicted, actual)).toBeCloseTo(model.training.validationRmse!, 10);
    expect(calibration!.reviews).toBe(6);
  });

  test('keeps none unless asked, nor without a validation part', async () => {
    for (const settings of [
      { options: small },
      { options: { ...small, validation: 0 }, keepPredictions: true },
    ]) {
      const model = await SentimentModel.train(reviews, settings);
      model.close();
      expect(model.validation).toBeNull();
    }
  });
});
