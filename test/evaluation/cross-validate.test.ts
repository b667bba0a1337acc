import { describe, expect, test } from 'vitest';
import { crossValidate, type Options, type Review } from '../../src/index.ts';
import { RandomStream } from '../../src/random.ts';
import { madeUp } from '../made-up-reviews.ts';

const small: Partial<Options> = {
  hidden: [16],
  folds: 4,
  pretrainEpochs: [2],
  epochs: 25,
  learningRate: 0.01,
  dropout: 0,
};

describe('crossValidate', () => {
  test('every rated review is tested once, and the network beats the constant', async () => {
    const result = await crossValidate(madeUp(200, true, 1), {
      options: small,
      unlabelled: madeUp(250, false, 2),
    });
    expect(result.folds.map(({ fold }) => fold)).toEqual([1, 2, 3, 4]);
    expect(result.folds.reduce((n, { testSize }) => n + testSize, 0)).toBe(200);
    for (const { trainSize, testSize } of result.folds) expect(trainSize + testSize).toBe(200);
    expect(result.rmse.pooled).toBeLessThan(0.5 * result.baselines.constant.rmse.pooled);
    expect(result.folds[0].sparsity.hidden).toHaveLength(1);
    expect(result.baselines.noHiddenLayer.sparsity.hidden).toEqual([]);
    expect(result.data).toEqual({ rated: 200, unrated: 250, levels: [1, 2, 3, 4, 5] });
  });

  test('the pooled figure is over all test reviews together', async () => {
    const result = await crossValidate(madeUp(120, true, 3), { options: small });
    const squares = result.folds.reduce((sum, { rmse, testSize }) => sum + rmse ** 2 * testSize, 0);
    expect(result.rmse.pooled).toBeCloseTo(Math.sqrt(squares / 120), 10);
  });

  test('the same seed gives the same figures', async () => {
    const run = async () => {
      const { folds, rmse, baselines } = await crossValidate(madeUp(80, true, 4), { options: small });
      return { rmse, baselines, folds: folds.map(({ seconds: _, ...rest }) => rest) };
    };
    expect(await run()).toEqual(await run());
  });

  test('folds side by side give the same figures as one after another', async () => {
    const run = async (threads: number, unlabelled: Review[]) => {
      const options = { ...small, threads };
      const { folds, rmse, baselines } = await crossValidate(madeUp(80, true, 4), { options, unlabelled });
      return { rmse, baselines, folds: folds.map(({ seconds: _, ...rest }) => rest) };
    };
    const alone = await run(1, []);
    for (const threads of [2, 7]) expect(await run(threads, [])).toEqual(alone);
    const unrated = madeUp(90, false, 5); // one pre-training for all folds
    expect(await run(3, unrated)).toEqual(await run(1, unrated));
  });

  test('progress never falls, within pre-training and within the folds, and ends at 1', async () => {
    for (const threads of [1, 3]) {
      const last = new Map<string, number>();
      await crossValidate(madeUp(80, true, 4), {
        options: { ...small, threads },
        unlabelled: madeUp(90, false, 5),
        onProgress: ({ phase, fraction, rule }) => {
          if (rule !== undefined) return; // a sentence about what is to come
          expect(fraction).toBeGreaterThanOrEqual(last.get(phase) ?? 0);
          expect(fraction).toBeLessThanOrEqual(1);
          last.set(phase, fraction);
        },
      });
      expect(Object.fromEntries(last)).toEqual({ pretrain: 1, crossvalidate: 1 });
    }
  });

  test('an error within a fold of a worker is the same error', async () => {
    for (const threads of [1, 2]) {
      const options = {
        ...small,
        threads,
        head: 'linear',
        optimizer: 'sgd',
        learningRate: 100,
        patience: 100,
      } as const;
      await expect(crossValidate(madeUp(80, true, 4), { options })).rejects.toMatchObject({
        name: 'StarlingError',
        code: 'DIVERGED',
        hint: 'Use a smaller learningRate.',
      });
    }
  });

  test('ratings that depend on nothing but a word unique to each text are not learned: no leak', async () => {
    // Each text has a word of its own and random stars. A leak from test folds would let the network remember them.
    const stream = RandomStream.fromSeed(5);
    const noise = Array.from({ length: 160 }, (_, i) => ({
      text: `word${i} other${i} filler`,
      rating: 1 + stream.integer(i, 5),
    })) as Review[];
    const result = await crossValidate([...noise, ...noise], {
      options: { ...small, minDocumentFrequency: 1 },
    });
    expect(result.rmse.pooled).toBeGreaterThan(0.95 * result.baselines.constant.rmse.pooled);
  });

  test('too few rated reviews for the folds are refused', async () => {
    await expect(crossValidate(madeUp(3, true, 1), { options: small })).rejects.toThrow(
      /too few for 4 folds/,
    );
  });
});
