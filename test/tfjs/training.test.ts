/**
 * A training by TensorFlow.js (WASM backend) against the same training by the kernels: the same options, the same seed, and so
 * the same minibatches, corruption and dropout. What remains is rounding, which grows with every minibatch.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  collectReviews,
  crossValidate,
  Encoders,
  type Options,
  RatingPool,
  type Review,
  readReviews,
  SentimentModel,
} from '../../src/index.ts';

let folder: string;
let reviews: Review[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'starling-tfjs-'));
  const corpus = new URL('../../corpora/restaurants.csv', import.meta.url).pathname;
  reviews = (await collectReviews(readReviews(corpus))).slice(0, 500);
});
afterAll(() => rm(folder, { recursive: true }));

/** One epoch of pre-training per layer and one of fine-tuning, without anything drawn at random but the weights. */
const plain: Partial<Options> = {
  hidden: [40, 20],
  vocabularySize: 800,
  pretrainEpochs: [1],
  masking: [0],
  reconstructionSamples: [0],
  epochs: 1,
  dropout: 0,
  wordDropout: 0,
  wide: false,
  seed: 3,
  threads: 1,
};
/** The recipe with all its noise. */
const noisy: Partial<Options> = {
  hidden: [60],
  vocabularySize: 800,
  pretrainEpochs: [3],
  reconstructionSamples: [128],
  epochs: 10,
  patience: 10,
  wide: false,
  seed: 3,
  threads: 1,
};

const train = (options: Partial<Options>, engine: Options['engine']): Promise<SentimentModel> =>
  SentimentModel.train(reviews, { options: { ...options, engine } });

function ratings(model: SentimentModel): number[] {
  return model.predictMany(reviews.map(({ text }) => text)).map(({ rating }) => rating);
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Array.from(a, (value, i) => Math.abs(value - b[i])).reduce((most, d) => Math.max(most, d), 0);
}

/** Largest difference of a rating after one epoch. Seen: 8e-8. */
const ONE_EPOCH = 5e-6;
/** Difference of the validation RMSE in any of ten epochs of the recipe. Seen: 1e-8. */
const RECIPE = 5e-6;

describe('one epoch without corruption and dropout', () => {
  test.each([
    { what: 'Adam', options: {} },
    { what: 'gradient descent', options: { optimizer: 'sgd', pretrainOptimizer: 'sgd' } },
    { what: 'AdaGrad', options: { optimizer: 'adagrad', pretrainOptimizer: 'adagrad' } },
  ] as const)(`with $what: every rating within ${ONE_EPOCH}`, async ({ options }) => {
    const kernels = await train({ ...plain, ...options }, 'wasm');
    const tensors = await train({ ...plain, ...options }, 'tfjs');
    const spread = ratings(kernels);
    expect(Math.max(...spread) - Math.min(...spread)).toBeGreaterThan(0.003);
    expect(largestDifference(ratings(tensors), spread)).toBeLessThan(ONE_EPOCH);
    expect(tensors.training.history[0].cost / kernels.training.history[0].cost).toBeCloseTo(1, 5);
  });

  test('of pre-training alone: reconstruction costs within 1e-5 of themselves', async () => {
    const learn = (engine: Options['engine']): Promise<Encoders> =>
      Encoders.pretrain(reviews, { options: { ...plain, engine } });
    const [kernels, tensors] = [await learn('wasm'), await learn('tfjs')];
    kernels.summary.forEach(({ cost }, i) => {
      expect(Math.abs(tensors.summary[i].cost / cost - 1)).toBeLessThan(1e-5);
    });
  });
});

describe('the recipe with corruption, sampling and dropout', () => {
  let kernels: SentimentModel;
  let tensors: SentimentModel;
  let before: ReturnType<typeof tf.memory>;
  let after: ReturnType<typeof tf.memory>;
  beforeAll(async () => {
    kernels = await train(noisy, 'wasm');
    // The first run leaves what tfjs keeps for good.
    await train({ ...noisy, epochs: 1, pretrainEpochs: [1] }, 'tfjs');
    before = tf.memory();
    tensors = await train(noisy, 'tfjs');
    after = tf.memory();
  }, 120_000);

  test(`has the validation RMSE of the kernels in each of ten epochs, within ${RECIPE}`, () => {
    const rmses = ({ training }: SentimentModel): number[] =>
      training.history.map(({ validationRmse }) => validationRmse!);
    expect(rmses(tensors).length).toBe(10);
    expect(largestDifference(rmses(tensors), rmses(kernels))).toBeLessThan(RECIPE);
    // It learned something: else all would agree.
    expect(rmses(kernels)[0] - Math.min(...rmses(kernels))).toBeGreaterThan(0.05);
  });

  test('computes with tfjs, and ten epochs leave no tensor and no byte behind', () => {
    expect(tf.getBackend()).toBe('wasm');
    expect(tensors.toData().engine).toBe('tfjs-wasm');
    expect([after.numTensors, after.numBytes, after.numDataBuffers]).toEqual([
      before.numTensors,
      before.numBytes,
      before.numDataBuffers,
    ]);
  });

  test('leaves a model folder that either engine loads, with ratings within 1e-5', async () => {
    await tensors.save(join(folder, 'model'));
    const wanted = ratings(tensors);
    const byTensors = await SentimentModel.load(join(folder, 'model'), 'tfjs');
    expect(ratings(byTensors)).toEqual(wanted);
    const byKernels = await SentimentModel.load(join(folder, 'model'), 'wasm');
    expect(largestDifference(ratings(byKernels), wanted)).toBeLessThan(1e-5);
    expect(ratings(byKernels)).not.toEqual(wanted);
  });

  test('rates in worker threads what it rates alone', async () => {
    const many = Array.from({ length: 2500 }, (_, i) => reviews[i % reviews.length].text);
    const pool = new RatingPool(tensors, 2);
    await pool.rate(many.slice(0, 2000));
    const rated = await pool.rate(many.slice(2000));
    await pool.close();
    expect(rated).toEqual(tensors.predictMany(many.slice(2000)));
  });

  test('stops early where the kernels do', async () => {
    const hasty = { ...noisy, epochs: 30, patience: 1, learningRate: 0.01 };
    const [a, b] = [await train(hasty, 'wasm'), await train(hasty, 'tfjs')];
    expect(b.training.bestEpoch).toBe(a.training.bestEpoch);
    expect(b.training.history.length).toBe(a.training.history.length);
    expect(a.training.history.length).toBeLessThan(30);
  });
});

test('a run that was interrupted goes on from its checkpoint, and ends with the same bits', async () => {
  // With the 32,000 terms of the general model it takes a minute.
  const options = { ...noisy, epochs: 4, engine: 'tfjs', transfer: 'none' } as const;
  const few = reviews.slice(0, 200);
  const rmses = ({ training }: SentimentModel): unknown => training.history;
  const whole = await SentimentModel.train(few, { options });
  for (const phase of ['pretrain', 'finetune']) {
    const dir = join(folder, `checkpoint-${phase}`);
    const stop = new AbortController();
    const interrupted = SentimentModel.train(few, {
      options,
      checkpoint: { dir, signal: stop.signal },
      onProgress: (event) => {
        if (event.phase === phase && event.epoch === 2) stop.abort();
      },
    });
    await expect(interrupted).rejects.toMatchObject({ code: 'INTERRUPTED' });
    const resumed = await SentimentModel.train(few, { options, checkpoint: { dir, resume: true } });
    expect(rmses(resumed)).toEqual(rmses(whole));
    expect(resumed.layerData()).toEqual(whole.layerData());
  }
  const dir = join(folder, 'checkpoint-finetune');
  const other = SentimentModel.train(few, {
    options: { ...options, engine: 'wasm' },
    checkpoint: { dir, resume: true },
  });
  await expect(other).rejects.toMatchObject({ code: 'BAD_CHECKPOINT' });
}, 240_000);

test('folds in threads, each with a tfjs of its own, give what they give one after another', async () => {
  const options = { ...noisy, epochs: 2, pretrainEpochs: [1], folds: 2, engine: 'tfjs' } as const;
  const few = reviews.slice(0, 200);
  const [one, two] = [
    await crossValidate(few, { options }),
    await crossValidate(few, { options: { ...options, threads: 2 } }),
  ];
  expect(two.rmse).toEqual(one.rmse);
  expect(two.folds.map(({ rmse }) => rmse)).toEqual(one.folds.map(({ rmse }) => rmse));
}, 240_000);
