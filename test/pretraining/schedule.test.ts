import { expect, test } from 'vitest';
import { resolveOptions } from '../../src/options.ts';
import { epochsRule, pretrainingEpochs, pretrainingRate } from '../../src/pretraining/schedule.ts';

test('the fewer reviews, the more often pre-training goes over them, and half as often above the first layer', () => {
  const options = resolveOptions({});
  const epochs = (reviews: number) => [0, 1].map((layer) => pretrainingEpochs(options, layer, reviews));
  expect(epochs(0)).toEqual([60, 30]);
  expect(epochs(100)).toEqual([60, 30]);
  expect(epochs(10_000)).toEqual([36, 18]);
  expect(epochs(75_000)).toEqual([13, 7]);
  expect(epochs(100_000_000)).toEqual([3, 2]);
});

test('epochs that are given are taken, and not explained', () => {
  const options = resolveOptions({ pretrainEpochs: [7, 0] });
  expect([0, 1, 2].map((layer) => pretrainingEpochs(options, layer, 10_000))).toEqual([7, 0, 0]);
  expect(epochsRule(options, 10_000)).toBeNull();
});

test('the learning rate is that of the optimizer, unless it is given', () => {
  const rates = (given: Parameters<typeof resolveOptions>[0]) =>
    [0, 1, 2].map((layer) => pretrainingRate(resolveOptions(given), layer));
  expect(rates({})).toEqual([0.001, 0.001, 0.001]);
  expect(rates({ pretrainOptimizer: 'adagrad' })).toEqual([0.01, 0.01, 0.01]);
  expect(rates({ pretrainOptimizer: 'rmsprop' })).toEqual([0.001, 0.001, 0.001]);
  expect(rates({ pretrainOptimizer: 'adagrad', pretrainLearningRate: [0.5, 0.1] })).toEqual([0.5, 0.1, 0.1]);
});
