/**
 * Supervised training, tested by what it predicts on reviews that it has not seen, with ratings from planted weights;
 * and early stopping, by measuring again what it says it has kept.
 */
import { describe, expect, test } from 'vitest';
import { type TrainingData, type TrainingRecord, trainNetwork } from '../../src/finetuning/train.ts';
import { createEngine } from '../../src/kernels/node-engine.ts';
import { Workspace } from '../../src/network/forward.ts';
import type { Head } from '../../src/network/heads.ts';
import { exportLayer, type Network } from '../../src/network/network.ts';
import { predictRows } from '../../src/network/predict.ts';
import type { Options } from '../../src/options.ts';
import type { Progress } from '../../src/progress.ts';
import { RandomStream } from '../../src/random.ts';
import { headOf, networkFor, type Planted, plantedReviews, rmse, splitRows } from './helpers.ts';

const engine = createEngine();

interface Run {
  network: Network;
  head: Head;
  record: TrainingRecord;
  progress: Progress[];
  /** RMSE of the trained network on some rows. */
  errorOn(rows: Int32Array): number;
}

async function run(
  { x, ratings }: Planted,
  kind: Head['kind'],
  parts: Pick<TrainingData, 'trainRows' | 'validationRows'>,
  given: Partial<Options> = {},
  seed = 1,
): Promise<Run> {
  const { head, targets } = headOf(kind, ratings);
  const { network, options } = networkFor(engine, head, given, seed);
  const progress: Progress[] = [];
  const record = await trainNetwork(
    engine,
    network,
    head,
    { x, ratings, targets, ...parts },
    options,
    RandomStream.fromSeed(seed),
    (event) => progress.push(event),
  );
  const errorOn = (rows: Int32Array): number => {
    const mark = engine.arena.mark();
    const space = new Workspace(engine, network, 64);
    const predicted = predictRows(engine, network, head, space, x, rows).ratings;
    engine.arena.release(mark);
    return rmse(
      predicted,
      Array.from(rows, (row) => ratings[row]),
    );
  };
  return { network, head, record, progress, errorOn };
}

const additive = plantedReviews(900, 'additive');
const negation = plantedReviews(2600, 'negation');
const few = splitRows(900, 600, 100);
const many = splitRows(2600, 2000, 200);
const constant = (planted: Planted, rows: Int32Array): number => {
  const mean = planted.ratings.reduce((a, b) => a + b) / planted.ratings.length;
  return rmse(
    new Array(rows.length).fill(mean),
    Array.from(rows, (row) => planted.ratings[row]),
  );
};

const weightsOf = ({ network }: Run): Float32Array[] =>
  [...network.layers, network.head].map((layer) => exportLayer(layer).weights);

describe('on held-out reviews', () => {
  test('the reviews are not easy: a constant has an RMSE above 1', () => {
    expect(constant(additive, few.heldOut)).toBeGreaterThan(1);
    expect(constant(negation, many.heldOut)).toBeGreaterThan(1.3);
  });

  test('a linear head without hidden layers finds planted word weights: RMSE below 0.0001', async () => {
    const { errorOn } = await run(additive, 'linear', few);
    expect(errorOn(few.heldOut)).toBeLessThan(1e-4);
  });

  test.each([
    ['sgd', { optimizer: 'sgd', learningRate: 0.02, momentum: 0.9 }],
    ['adagrad', { optimizer: 'adagrad', learningRate: 0.1 }],
    ['rmsprop', { optimizer: 'rmsprop', learningRate: 0.002 }],
  ] as const)('%s finds them too: RMSE below 0.0001', async (_name, settings) => {
    const { errorOn } = await run(additive, 'linear', few, settings);
    expect(errorOn(few.heldOut)).toBeLessThan(1e-4);
  });

  test('a softmax head spreads ratings over levels and expects them back: RMSE below 0.35', async () => {
    const { errorOn, head } = await run(additive, 'softmax', few);
    expect(head.levels.length).toBe(11);
    expect(errorOn(few.heldOut)).toBeLessThan(0.35);
  });

  test('negation, which turns all words around, is beyond a network without hidden layers: RMSE above 0.9', async () => {
    const { errorOn } = await run(negation, 'softmax', many, { epochs: 30 });
    expect(errorOn(many.heldOut)).toBeGreaterThan(0.9);
  });

  test.each(['rectifier', 'softplus', 'tanh', 'sigmoid', 'leaky', 'lif'] as const)(
    'one hidden layer of %s units learns negation: RMSE below 0.6',
    async (activation) => {
      const settings = { hidden: [24], activation, epochs: 40, learningRate: 0.01, patience: 10 };
      const { errorOn } = await run(negation, 'softmax', many, settings);
      expect(errorOn(many.heldOut)).toBeLessThan(0.6);
    },
  );

  test('three hidden layers learn it too, half-negated, with dropout of units and words: RMSE below 0.5', async () => {
    const settings = { hidden: [48, 24, 16], negateHalf: true, dropout: 0.1, wordDropout: 0.02, epochs: 40 };
    const { errorOn } = await run(negation, 'softmax', many, settings);
    expect(errorOn(many.heldOut)).toBeLessThan(0.5);
  });
});

describe('early stopping', () => {
  // Twenty reviews with noise: soon learned by heart.
  const noisy = plantedReviews(320, 'additive', 2, 3);
  const tiny = splitRows(320, 40, 280);
  const settings = { hidden: [32], epochs: 200, patience: 5, learningRate: 0.01 } as const;

  test('keeps the weights of the best epoch: measured again, the validation RMSE is the one that is reported', async () => {
    const { record, errorOn } = await run(noisy, 'softmax', tiny, settings);
    const errors = record.history.map(({ validationRmse }) => validationRmse!);
    const least = Math.min(...errors);
    expect(record.validationRmse).toBe(least);
    expect(record.bestEpoch).toBe(errors.indexOf(least) + 1);
    expect(errors[errors.length - 1]).toBeGreaterThan(least);
    expect(errorOn(tiny.validationRows)).toBe(least);
  });

  test('stops after as many epochs without a better one as its patience, and says so', async () => {
    const { record, progress } = await run(noisy, 'softmax', tiny, settings);
    expect(record.history.length).toBe(record.bestEpoch + settings.patience);
    expect(record.history.length).toBeLessThan(settings.epochs);
    expect(progress[progress.length - 1].note).toContain(`since ${record.bestEpoch}`);
  });

  test('training on without it makes the validation worse', async () => {
    const stopped = await run(noisy, 'softmax', tiny, settings);
    const on = await run(noisy, 'softmax', { ...tiny, validationRows: new Int32Array(0) }, settings);
    expect(on.record.history.length).toBe(settings.epochs);
    expect(on.errorOn(tiny.validationRows)).toBeGreaterThan(1.05 * stopped.errorOn(tiny.validationRows));
  });

  test('without validation rows keeps the last epoch and reports no validation RMSE', async () => {
    const parts = { trainRows: few.trainRows, validationRows: new Int32Array(0) };
    const { record } = await run(additive, 'linear', parts, { epochs: 4 });
    expect(record).toMatchObject({ bestEpoch: 4, validationRmse: null });
    expect(record.history.map(({ epoch, validationRmse }) => [epoch, validationRmse])).toEqual([
      [1, null],
      [2, null],
      [3, null],
      [4, null],
    ]);
  });

  test('the validation rows teach nothing: other ratings there, the same weights in every epoch', async () => {
    const other = { ...additive, ratings: additive.ratings.slice() };
    for (const row of few.validationRows) other.ratings[row] = 3;
    const { head, targets } = headOf('linear', additive.ratings);
    const train = async ({ x, ratings }: Planted): Promise<Float32Array> => {
      const { network, options } = networkFor(engine, head, { epochs: 1 });
      await trainNetwork(
        engine,
        network,
        head,
        { x, ratings, targets, ...few },
        options,
        RandomStream.fromSeed(1),
      );
      return exportLayer(network.head).weights;
    };
    expect(await train(other)).toEqual(await train(additive));
  });
});

describe('a run', () => {
  const settings = { hidden: [16], epochs: 3, dropout: 0.3, wordDropout: 0.2 } as const;

  test('is the same, to the byte, for the same seed, and another for another', async () => {
    const once = await run(negation, 'softmax', many, settings);
    const again = await run(negation, 'softmax', many, settings);
    const other = await run(negation, 'softmax', many, settings, 2);
    expect(weightsOf(again)).toEqual(weightsOf(once));
    expect(again.record).toEqual(once.record);
    expect(weightsOf(other)).not.toEqual(weightsOf(once));
  });

  test.each(['dropout', 'wordDropout', 'l1', 'weightDecay', 'learningRate', 'batchSize'] as const)(
    'depends on %s',
    async (name) => {
      const value = name === 'batchSize' ? 30 : 0.015;
      const once = await run(negation, 'softmax', many, { hidden: [16], epochs: 1 });
      const other = await run(negation, 'softmax', many, { hidden: [16], epochs: 1, [name]: value });
      expect(weightsOf(other)).not.toEqual(weightsOf(once));
    },
  );

  test('with a strong L1 penalty has sparser hidden outputs', async () => {
    const free = await run(negation, 'softmax', many, { hidden: [24], epochs: 5 });
    const bound = await run(negation, 'softmax', many, { hidden: [24], epochs: 5, l1: 0.05 });
    const zeros = ({ record }: Run): number => record.history[record.bestEpoch - 1].sparsity[0];
    expect(zeros(bound)).toBeGreaterThan(zeros(free) + 0.1);
  });

  test('tells of every epoch; the fraction never falls, and ends at 1 even when it stops early', async () => {
    const { progress, record } = await run(negation, 'softmax', many, {
      ...settings,
      epochs: 50,
      patience: 1,
    });
    expect(record.history.length).toBeLessThan(50);
    const ends = progress.filter(({ epochEnd }) => epochEnd);
    expect(ends.map(({ epoch }) => epoch)).toEqual(record.history.map(({ epoch }) => epoch));
    expect(ends.map(({ cost }) => cost)).toEqual(record.history.map(({ cost }) => cost));
    progress.forEach(({ fraction, phase }, i) => {
      expect(phase).toBe('finetune');
      if (i > 0) expect(fraction).toBeGreaterThanOrEqual(progress[i - 1].fraction);
    });
    expect(progress[progress.length - 1].fraction).toBe(1);
  });

  test('has a falling training cost', async () => {
    const { record } = await run(additive, 'linear', few, { epochs: 10 });
    const costs = record.history.map(({ cost }) => cost);
    expect(costs[9]).toBeLessThan(costs[0] / 10);
  });

  test.each([
    ['a linear head', 'linear', few, { hidden: [] }],
    [
      'a linear head, without validation,',
      'linear',
      { ...few, validationRows: new Int32Array(0) },
      { hidden: [] },
    ],
    ['a softmax head over leaky units', 'softmax', few, { hidden: [16, 16], activation: 'leaky' }],
  ] as const)(
    'with an absurd learning rate and %s ends with DIVERGED, naming the remedy',
    async (_what, kind, parts, shape) => {
      const wild = { ...shape, optimizer: 'sgd', learningRate: 100 } as const;
      const error = await run(additive, kind, parts, wild).catch((caught: unknown) => caught);
      expect(error).toMatchObject({
        name: 'StarlingError',
        code: 'DIVERGED',
        message: expect.stringMatching(/epoch \d+/),
        hint: expect.stringContaining('learningRate'),
      });
    },
  );

  test('gives back the memory that only the training needed', async () => {
    const { head, targets } = headOf('softmax', negation.ratings);
    const { network, options } = networkFor(engine, head, settings);
    const before = engine.arena.used;
    const { x, ratings } = negation;
    await trainNetwork(
      engine,
      network,
      head,
      { x, ratings, targets, ...many },
      options,
      RandomStream.fromSeed(1),
    );
    expect(engine.arena.used).toBe(before);
  });
});
