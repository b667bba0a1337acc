/** The scalar functions of the reference where they turn: at exactly 0, and at 1, where the neuron of the LIF begins to fire. */
import { describe, expect, test } from 'vitest';
import { ACTIVATION_CODE, OPTIMIZER_CODE, RECONSTRUCTION_CODE } from '../../src/kernels/ops.ts';
import {
  activationOf,
  derivativeOf,
  optimizerStep,
  reconstructionCost,
} from '../../src/kernels/reference-functions.ts';

test.each<[keyof typeof ACTIVATION_CODE, number, number, number]>([
  ['rectifier', 0, 0, 0],
  ['leaky', 0, 0, 0.01],
  ['lif', 1, 0, 0],
  ['lif', 0.5, 0, 0],
  ['tanh', 0, 0, 1],
  ['sigmoid', 0, 0.5, 0.25],
])('%s at %d is %d and has the slope %d', (kind, z, value, slope) => {
  expect(activationOf(z, ACTIVATION_CODE[kind], 1)).toBe(value);
  expect(derivativeOf(z, ACTIVATION_CODE[kind], 1)).toBe(slope);
});

test('the rate of a neuron with an input of 2 is 1 / (1 + ln 2), and its slope is that of small differences', () => {
  const rate = (z: number): number => activationOf(z, ACTIVATION_CODE.lif, 1);
  expect(rate(2)).toBeCloseTo(1 / (1 + Math.log(2)), 14);
  expect(derivativeOf(2, ACTIVATION_CODE.lif, 1)).toBeCloseTo((rate(2.0001) - rate(1.9999)) / 2e-4, 7);
});

test('a rectified reconstruction has no slope at exactly 0', () => {
  const { cost, derivative } = reconstructionCost(0, 1, RECONSTRUCTION_CODE.rectifier);
  expect([cost, derivative]).toEqual([1, 0]);
});

describe('rmsprop, on a row of two weights', () => {
  /** Weights after gradients, with rate 0.1, beta2 0.9, no epsilon and no decay. */
  function moved(gradients: readonly number[][], correction: number): number[] {
    const F = new Float32Array(16);
    F.set([0.1, 0, 0.9, 0, 0, correction, correction], 4);
    for (const g of gradients) optimizerStep(F, 2, 0, [...g], 2, OPTIMIZER_CODE.rmsprop, 16);
    return [...F.subarray(0, 2)];
  }

  test('the first step is the rate along the gradient, over its root mean square, at whatever time it comes', () => {
    const root = Math.sqrt((3 ** 2 + 4 ** 2) / 2);
    for (const correction of [1, 10]) {
      const [a, b] = moved([[3, -4]], correction);
      expect([a, b]).toEqual([expect.closeTo((-0.1 * 3) / root, 6), expect.closeTo((0.1 * 4) / root, 6)]);
    }
  });

  test('a later one is over the mean of the squares until then, the last ones weighing most', () => {
    const mean = (0.9 * 0.1 * 2 ** 2 + 0.1 * 6 ** 2) / (0.9 * 0.1 + 0.1);
    const [a] = moved(
      [
        [2, 2],
        [6, 6],
      ],
      1,
    );
    expect(a).toBeCloseTo(-0.1 - (0.1 * 6) / Math.sqrt(mean), 6);
  });
});
