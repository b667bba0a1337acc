import { expect, test } from 'vitest';
import { spreadOverFolds } from '../src/evaluation/spread.ts';
import { meanAbsoluteError, rootMeanSquaredError } from '../src/metrics.ts';

test('RMSE and MAE of a case worked by hand', () => {
  expect(rootMeanSquaredError([1, 2, 3], [1, 4, 7])).toBeCloseTo(Math.sqrt(20 / 3), 12);
  expect(meanAbsoluteError([1, 2, 3], [1, 4, 7])).toBeCloseTo(2, 12);
});

test('lists of different lengths are refused', () => {
  expect(() => rootMeanSquaredError([1], [1, 2])).toThrow(new RangeError('1 predictions for 2 ratings'));
});

test('the spread over folds has the n - 1 standard deviation', () => {
  expect(spreadOverFolds([1, 2, 3, 4], 9)).toEqual({
    mean: 2.5,
    std: Math.sqrt(5 / 3),
    pooled: 9,
    perFold: [1, 2, 3, 4],
  });
  expect(spreadOverFolds([2], 2).std).toBe(0);
});
