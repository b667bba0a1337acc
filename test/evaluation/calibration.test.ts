/** Calibration of probabilities, by hand and by drawing. */
import { expect, test } from 'vitest';
import { CalibrationTally, calibrationOf, mergeCalibrations } from '../../src/evaluation/calibration.ts';
import { RandomStream } from '../../src/random.ts';

test('two reviews by hand: means and shares per level and bin, and their weighted distance', () => {
  const tally = new CalibrationTally([1, 2, 3]);
  tally.add([0.9, 0.1, 0], 1);
  tally.add([0.5, 0.25, 0.25], 3);
  const { reviews, levels, bins, calibrationError } = tally.result()!;
  expect(reviews).toBe(2);
  expect(levels).toEqual([
    { level: 1, predicted: 0.7, actual: 0.5 },
    { level: 2, predicted: 0.175, actual: 0 },
    { level: 3, predicted: 0.125, actual: 0.5 },
  ]);
  expect(bins.map(({ count }) => count)).toEqual([1, 1, 2, 0, 0, 1, 0, 0, 0, 1]);
  expect(bins[2]).toEqual({ from: 0.2, to: 0.3, count: 2, predicted: 0.25, actual: 0.5 });
  expect(bins[3]).toMatchObject({ count: 0, predicted: null, actual: null });
  // |0 - 0| + |0.1 - 0| + |0.5 - 1| + |0.5 - 0| + |0.9 - 1|, over 6 probabilities
  expect(calibrationError).toBeCloseTo(1.2 / 6, 12);
});

test('a rating between two levels counts for both in part, one beyond the scale for its end', () => {
  const tally = new CalibrationTally([1, 2, 4]);
  tally.add([0.2, 0.3, 0.5], 2.5);
  tally.add([0.2, 0.3, 0.5], 9);
  expect(tally.result()!.levels.map(({ actual }) => actual)).toEqual([0, 0.375, 0.625]);
});

test('a probability of 1 falls into the last bin', () => {
  const tally = new CalibrationTally([0, 1]);
  tally.add([0, 1], 1);
  expect(tally.result()).toMatchObject({ calibrationError: 0 });
  expect(tally.result()!.bins[9]).toMatchObject({ count: 1, predicted: 1, actual: 1 });
});

test('ratings that are drawn from the predicted distributions have an error below 0.01, shifted ones above 0.1', () => {
  const stream = RandomStream.fromSeed(4);
  const [right, wrong] = [new CalibrationTally([1, 2, 3]), new CalibrationTally([1, 2, 3])];
  for (let i = 0; i < 20_000; i++) {
    const weights = [0, 1, 2].map((k) => stream.split('p').uniform(3 * i + k) ** 3 + 1e-6);
    const sum = weights.reduce((a, b) => a + b);
    const p = weights.map((w) => w / sum);
    const u = stream.split('rating').uniform(i);
    const rating = u < p[0] ? 1 : u < p[0] + p[1] ? 2 : 3;
    right.add(p, rating);
    wrong.add(p, (rating % 3) + 1);
  }
  expect(right.result()!.calibrationError).toBeLessThan(0.01);
  expect(wrong.result()!.calibrationError).toBeGreaterThan(0.1);
});

test('no reviews give no calibration', () => {
  expect(new CalibrationTally([1, 2]).result()).toBeNull();
});

test('the rows of a table of probabilities are taken one review at a time; a linear head has none', () => {
  const levels = [1, 2];
  const tally = new CalibrationTally(levels);
  tally.add([0.9, 0.1], 2);
  tally.add([0.2, 0.8], 1);
  expect(calibrationOf(levels, Float64Array.of(0.9, 0.1, 0.2, 0.8), [2, 1])).toEqual(tally.result());
  expect(calibrationOf(levels, null, [2, 1])).toBeNull();
});

test('calibrations of parts merge into that of all, also where a part lacks a level', () => {
  const tally = (levels: number[], reviews: readonly (readonly [number[], number])[]) => {
    const one = new CalibrationTally(levels);
    for (const [distribution, rating] of reviews) one.add(distribution, rating);
    return one.result();
  };
  const [a, b, c]: [number[], number][] = [
    [[0.9, 0.1, 0], 1],
    [[0.5, 0.25, 0.25], 3],
    [[0.2, 0.3, 0.5], 2],
  ];
  const all = tally([1, 2, 3], [a, b, c])!;
  const merged = mergeCalibrations([tally([1, 2, 3], [a, c]), null, tally([1, 2, 3], [b])])!;
  expect(merged.reviews).toBe(3);
  expect(merged.calibrationError).toBeCloseTo(all.calibrationError, 12);
  merged.bins.forEach((bin, i) => {
    expect(bin.count).toBe(all.bins[i].count);
    expect(bin.actual ?? -1).toBeCloseTo(all.bins[i].actual ?? -1, 12);
    expect(bin.predicted ?? -1).toBeCloseTo(all.bins[i].predicted ?? -1, 12);
  });
  const lacking = mergeCalibrations([tally([1, 3], [[[0.5, 0.5], 3]]), tally([1, 2, 3], [c])])!;
  expect(lacking.levels).toEqual([
    { level: 1, predicted: 0.35, actual: 0 },
    { level: 2, predicted: 0.15, actual: 0.5 },
    { level: 3, predicted: 0.5, actual: 0.5 },
  ]);
  expect(mergeCalibrations([null, null])).toBeNull();
});
