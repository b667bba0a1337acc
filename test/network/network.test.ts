/** Networks as they begin, and layers on their way in and out of the arena. */
import { describe, expect, test } from 'vitest';
import { createEngine } from '../../src/kernels/node-engine.ts';
import {
  createLayer,
  createNetwork,
  exportLayer,
  importLayer,
  type NetworkShape,
} from '../../src/network/network.ts';
import { RandomStream } from '../../src/random.ts';

const engine = createEngine();
const stream = RandomStream.fromSeed(3);
const shape: NetworkShape = {
  inputs: 130,
  hidden: [70, 17],
  outputs: 5,
  activation: 'rectifier',
  alpha: 1,
  negateHalf: false,
};

describe('a new layer', () => {
  const { weights, bias } = exportLayer(createLayer(engine, 130, 70, stream));

  test('has weights uniform in plus or minus sqrt(6 / (inputs + units)): mean and variance within 5 standard errors', () => {
    const bound = Math.sqrt(6 / 200);
    const n = weights.length;
    expect(n).toBe(130 * 70);
    const mean = weights.reduce((sum, w) => sum + w, 0) / n;
    const variance = weights.reduce((sum, w) => sum + w * w, 0) / n;
    expect(weights.every((w) => Math.abs(w) <= bound)).toBe(true);
    expect(Math.abs(mean)).toBeLessThan(5 * (bound / Math.sqrt(3 * n)));
    expect(Math.abs(variance / (bound * bound) - 1 / 3)).toBeLessThan(5 * Math.sqrt(4 / 45 / n));
  });

  test('has no bias', () => {
    expect([...bias]).toEqual(new Array(70).fill(0));
  });

  test('is the same for the same stream and another for another', () => {
    const again = exportLayer(createLayer(engine, 130, 70, stream));
    const other = exportLayer(createLayer(engine, 130, 70, stream.split('other')));
    expect(again.weights).toEqual(weights);
    expect(other.weights).not.toEqual(weights);
  });
});

test.each([1, 15, 16, 17, 63, 64, 65, 130])('a layer of %i units comes back as it was exported', (units) => {
  const data = {
    inputs: 9,
    units,
    weights: Float32Array.from({ length: 9 * units }, (_, i) => i + 0.5),
    bias: Float32Array.from({ length: units }, (_, i) => -i),
  };
  expect(exportLayer(importLayer(engine.arena, data))).toEqual(data);
});

test('a network chains its layers from the inputs to the head, each with weights of its own', () => {
  const network = createNetwork(engine, shape, stream);
  const sizes = [...network.layers, network.head].map(({ weights }) => [weights.rows, weights.cols]);
  expect(sizes).toEqual([
    [130, 70],
    [70, 17],
    [17, 5],
  ]);
  const first = [...network.layers, network.head].map((layer) => exportLayer(layer).weights[0]);
  expect(new Set(first).size).toBe(3);
});

test('pre-trained layers are taken as they are, the layers above them begin at random', () => {
  const given = createLayer(engine, 130, 70, stream.split('pre-trained'));
  const network = createNetwork(engine, shape, stream, [given]);
  const fresh = createNetwork(engine, shape, stream);
  expect(network.layers[0]).toBe(given);
  expect(exportLayer(network.layers[1])).toEqual(exportLayer(fresh.layers[1]));
});

test('without hidden layers the head begins at zero: the same rating for every review', () => {
  const { head, layers } = createNetwork(engine, { ...shape, hidden: [] }, stream);
  expect(layers).toEqual([]);
  expect(exportLayer(head)).toMatchObject({ inputs: 130, units: 5 });
  expect(exportLayer(head).weights.every((w) => w === 0)).toBe(true);
});
