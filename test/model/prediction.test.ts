/** From arrays to one object per text, and what is counted of each. */
import { expect, test } from 'vitest';
import { createEngine } from '../../src/kernels/node-engine.ts';
import { asPredictions, rateMatrix } from '../../src/model/prediction.ts';
import { Workspace } from '../../src/network/forward.ts';
import { importLayer } from '../../src/network/network.ts';

test('each text has its own part of the distribution, its rating and its known terms', () => {
  const rated = {
    ratings: Float64Array.of(1.5, 4.5),
    distribution: Float64Array.of(0.5, 0.375, 0.125, 0.25, 0, 0.75),
    knownTerms: Uint32Array.of(7, 0),
    sparsity: { input: 0.5, hidden: [] },
  };
  expect(asPredictions(rated, 3)).toEqual([
    { rating: 1.5, distribution: [0.5, 0.375, 0.125], knownTerms: 7 },
    { rating: 4.5, distribution: [0.25, 0, 0.75], knownTerms: 0 },
  ]);
  expect(asPredictions({ ...rated, distribution: null }, 3)).toEqual([
    { rating: 1.5, distribution: null, knownTerms: 7 },
    { rating: 4.5, distribution: null, knownTerms: 0 },
  ]);
});

test('the known terms of a text are the entries of its row', () => {
  const engine = createEngine(1, 'reference');
  const head = { kind: 'softmax' as const, levels: [1, 5], mean: 3, std: 2 };
  const layer = { inputs: 3, units: 2, weights: new Float32Array(6), bias: Float32Array.of(0, 0) };
  const network = {
    ...{ inputs: 3, layers: [], head: importLayer(engine.arena, layer) },
    ...{ activation: 'rectifier' as const, alpha: 1, negateHalf: false },
  };
  const x = {
    ...{ rows: 3, cols: 3, values: null },
    rowStart: Uint32Array.of(0, 2, 2, 5),
    columns: Uint32Array.of(0, 2, 0, 1, 2),
  };
  const rated = rateMatrix(engine, network, head, new Workspace(engine, network, 2), x);
  expect([...rated.knownTerms]).toEqual([2, 0, 3]);
  expect([...rated.ratings]).toEqual([3, 3, 3]);
  expect([...rated.distribution!]).toEqual(Array(6).fill(0.5));
  expect(rated.sparsity.input).toBeCloseTo(1 - 5 / 9, 12);
  engine.close();
});
