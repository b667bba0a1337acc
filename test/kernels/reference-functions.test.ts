/** The scalar functions of the reference where they turn: at exactly 0, and at 1, where the neuron of the LIF begins to fire. */
import { expect, test } from 'vitest';
import { ACTIVATION_CODE, RECONSTRUCTION_CODE } from '../../src/kernels/ops.ts';
import { activationOf, derivativeOf, reconstructionCost } from '../../src/kernels/reference-functions.ts';

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
