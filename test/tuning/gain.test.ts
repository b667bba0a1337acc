import { expect, test } from 'vitest';
import { RandomStream } from '../../src/random.ts';
import { gainOf, isWorth } from '../../src/tuning/gain.ts';

test('the gain is the difference of the two RMSE; of the same errors it is 0 for sure', () => {
  const { rmse, standardError } = gainOf([9, 9, 9, 9], [1, 1, 1, 1]);
  expect([rmse, standardError]).toEqual([2, 0]);
  expect(gainOf([4, 0, 1], [4, 0, 1])).toEqual({ rmse: 0, standardError: 0 });
  expect(gainOf([0, 0], [0, 0])).toEqual({ rmse: 0, standardError: 0 });
});

test('it is worth a change of options beyond one standard error, or where nothing is known', () => {
  expect(isWorth({ rmse: 0.02, standardError: 0.01 })).toBe(true);
  expect(isWorth({ rmse: 0.01, standardError: 0.02 })).toBe(false);
  expect(isWorth({ rmse: 0, standardError: 0 })).toBe(false);
  expect(isWorth(null)).toBe(true);
});

test('its standard error is that of the differences over samples of reviews, within a fifth', () => {
  const stream = RandomStream.fromSeed(3);
  const normal = (sample: number, i: number, k: number): number => {
    const of = stream.split('sample', sample).split('review', i);
    return Math.sqrt(-2 * Math.log(1 - of.uniform(2 * k))) * Math.cos(2 * Math.PI * of.uniform(2 * k + 1));
  };
  const samples = Array.from({ length: 300 }, (_, sample) => {
    const errors = Array.from({ length: 100 }, (_, i) => {
      const shared = normal(sample, i, 0);
      return [shared + 0.3 * normal(sample, i, 1), shared + 0.2 * normal(sample, i, 2)];
    });
    return gainOf(
      errors.map(([a]) => a * a),
      errors.map(([, b]) => b * b),
    );
  });
  const mean = samples.reduce((sum, { rmse }) => sum + rmse, 0) / samples.length;
  const spread = Math.sqrt(
    samples.reduce((sum, { rmse }) => sum + (rmse - mean) ** 2, 0) / (samples.length - 1),
  );
  const said = samples.reduce((sum, { standardError }) => sum + standardError, 0) / samples.length;
  expect(said / spread).toBeGreaterThan(0.8);
  expect(said / spread).toBeLessThan(1.2);
});
