import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { learnScale, spreadOverLevels } from '../../src/corpus/scale.ts';
import { refusal } from './helpers.ts';

describe('learnScale', () => {
  test('takes the distinct ratings in ascending order', () => {
    expect(learnScale([5, 1, 3, 5, 10, -0, 0]).levels).toEqual([0, 1, 3, 5, 10]);
    expect(learnScale(Float32Array.of(4.5, 0.5, 4.5)).levels).toEqual([0.5, 4.5]);
    expect(learnScale([3]).levels).toEqual([3]);
  });

  test('keeps 20 distinct ratings, and spaces 11 levels evenly over more', () => {
    const halves = Array.from({ length: 20 }, (_, i) => i / 2);
    expect(learnScale(halves).levels).toEqual(halves);
    const percent = Array.from({ length: 101 }, (_, i) => ((i * 37) % 101) / 100);
    expect(learnScale(percent).levels).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
    expect(learnScale([...halves, 100]).levels).toHaveLength(11);
    expect(learnScale([...halves, 100]).levels.at(-1)).toBe(100);
  });

  test('takes given levels in any order instead', () => {
    expect(learnScale([1, 2], [5, 3, 1, 3]).levels).toEqual([1, 3, 5]);
    expect(learnScale([], [1, 2]).levels).toEqual([1, 2]);
  });

  test('refuses no ratings, ratings that are no numbers, and levels that are none', async () => {
    expect((await refusal(() => learnScale([]))).code).toBe('NOT_ENOUGH_DATA');
    expect((await refusal(() => learnScale([1, Number.NaN]))).code).toBe('BAD_INPUT');
    expect((await refusal(() => learnScale([1], []))).code).toBe('BAD_OPTION');
    expect((await refusal(() => learnScale([1], [1, Number.POSITIVE_INFINITY]))).code).toBe('BAD_OPTION');
  });
});

describe('spreadOverLevels', () => {
  const stars = learnScale([1, 2, 3, 4, 5]);

  test('puts all weight on the level that the rating is on', () => {
    stars.levels.forEach((level, i) => {
      expect(spreadOverLevels(stars, level)).toEqual({ low: i, high: i, weightHigh: 1 });
    });
  });

  test('splits a rating between two levels', () => {
    expect(spreadOverLevels(stars, 4.25)).toEqual({ low: 3, high: 4, weightHigh: 0.25 });
    expect(spreadOverLevels(learnScale([1, 2, 4, 5]), 3)).toEqual({ low: 1, high: 2, weightHigh: 0.5 });
  });

  test('moves a rating outside the scale to its end', () => {
    expect(spreadOverLevels(stars, -7)).toEqual({ low: 0, high: 0, weightHigh: 1 });
    expect(spreadOverLevels(stars, 7)).toEqual({ low: 4, high: 4, weightHigh: 1 });
    expect(spreadOverLevels(learnScale([3]), 4)).toEqual({ low: 0, high: 0, weightHigh: 1 });
  });

  test('keeps the expectation, to 1e-9 on a scale of 2000, over neighbouring levels', () => {
    const number = fc.double({ min: -1000, max: 1000, noNaN: true });
    fc.assert(
      fc.property(fc.array(number, { minLength: 1, maxLength: 30 }), number, (given, rating) => {
        const scale = learnScale([], given);
        const { levels } = scale;
        const { low, high, weightHigh } = spreadOverLevels(scale, rating);
        expect(high - low === 1 || (high === low && weightHigh === 1)).toBe(true);
        expect(weightHigh).toBeGreaterThan(0);
        expect(weightHigh).toBeLessThanOrEqual(1);
        const clamped = Math.min(Math.max(rating, levels[0]), levels[levels.length - 1]);
        const expectation = (1 - weightHigh) * levels[low] + weightHigh * levels[high];
        expect(Math.abs(expectation - clamped)).toBeLessThanOrEqual(1e-9);
      }),
      { numRuns: 500, examples: [[[2, 0], 5e-324]] },
    );
  });
});
