import { describe, expect, test } from 'vitest';
import {
  correctedTTest,
  holmAdjusted,
  signedRankTest,
  studentTail,
} from '../../src/evaluation/significance.ts';

describe('the corrected resampled t-test', () => {
  // Ten folds; mean, interval and p by scipy 1.x: t = mean / sqrt((1/10 + 1/9) var), stats.t.sf and stats.t.ppf with 9 degrees.
  const differences = [0.03, 0.01, 0.05, -0.01, 0.04, 0.02, 0.03, 0, 0.06, 0.02];

  test('gives the figures of scipy within 1e-9', () => {
    const { mean, std, interval, p } = correctedTTest(differences, 1 / 9);
    expect(mean).toBeCloseTo(0.025, 12);
    expect(std).toBeCloseTo(0.02173067468400883, 12);
    expect(p).toBeCloseTo(0.03364765706113092, 9);
    expect(interval[0]).toBeCloseTo(0.002413365183596968, 9);
    expect(interval[1]).toBeCloseTo(0.04758663481640303, 9);
  });

  test('is less certain than a t-test that takes folds for independent', () => {
    expect(correctedTTest(differences, 1 / 9).p).toBeGreaterThan(2 * correctedTTest(differences, 0).p);
  });

  test('of folds without any spread is certain, unless there is no difference', () => {
    expect(correctedTTest([0.5, 0.5, 0.5], 0.5).p).toBe(0);
    expect(correctedTTest([0, 0, 0], 0.5).p).toBe(1);
  });
});

test.each([
  [2, 5, 0.10193947882985828],
  [0.1, 1, 0.9365489651388929],
  [-12, 3, 0.001245015800789336],
  [1.5, 200, 0.1351913212270351],
  [0.05, 40, 0.9603712327211243],
  [0.3, 2000, 0.7642083319864716],
])('the tails of Student’s distribution beyond %f with %i degrees are those of scipy', (t, freedom, p) => {
  expect(studentTail(t, freedom)).toBeCloseTo(p, 10);
});

describe('the signed-rank test', () => {
  test('gives the p of scipy (wilcoxon, method "approx") with ties and zeros', () => {
    const x = Array.from({ length: 200 }, (_, i) => (((i * 7919) % 1000) - 430) / 100);
    for (let i = 0; i < 200; i += 9) x[i] = 0;
    for (let i = 1; i < 200; i += 9) x[i] = 2.5;
    expect(signedRankTest(x)).toBeCloseTo(0.0001181403832865366, 7);
    expect(signedRankTest(x.map((value) => -value))).toBeCloseTo(0.0001181403832865366, 7);
  });

  test('counts ties: of a few pairs that differ by 1, 2 or 3', () => {
    const differences = [1, 1, 1, 1, 1, -1, -1, 2, 2, 2, -2, 3];
    expect(signedRankTest(differences)).toBeCloseTo(0.08343128819925051, 5);
  });

  test('is the normal distribution near its middle, too', () => {
    // Of two pairs that differ by 1 and by -2: the sum of ranks is 1, its mean 1.5, its variance 1.25.
    expect(signedRankTest([1, -2])).toBeCloseTo(0.6547208460185768, 5);
  });

  test('finds nothing where nothing differs', () => {
    expect(signedRankTest(new Float64Array(10))).toBe(1);
  });
});

test('Holm’s adjustment multiplies the smallest p by all, and never changes the order', () => {
  expect(holmAdjusted([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
  expect(holmAdjusted([0.5, 0.9])).toEqual([1, 1]);
});
