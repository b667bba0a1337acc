/** Predictions of a network compared with the dense model, and the sparsity that is measured on the way. */
import { describe, expect, test } from 'vitest';
import { createEngine } from '../../src/kernels/node-engine.ts';
import { Workspace } from '../../src/network/forward.ts';
import { predictRows } from '../../src/network/predict.ts';
import { sparsity } from '../../src/sparse/csr.ts';
import { activations, type Case, placeNetwork, randomCase, type Shape } from './cases.ts';
import { denseForward } from './dense-model.ts';

const engine = createEngine();

function predict(one: Case, capacity: number, rows?: number[]) {
  const mark = engine.arena.mark();
  const network = placeNetwork(engine, one.network);
  const space = new Workspace(engine, network, capacity);
  const result = predictRows(engine, network, one.head, space, one.x, rows);
  engine.arena.release(mark);
  return result;
}

const shape: Shape = { rows: 23, inputs: 30, hidden: [70, 9] };

describe.each(activations)('$activation with alpha $alpha', (activation) => {
  test.each(['softmax', 'linear'] as const)(
    'rates as the dense model does within 1e-5, with a %s head',
    (kind) => {
      const one = randomCase(engine, { ...activation, negateHalf: true }, shape, kind, { away: 1e-5 });
      const { out } = denseForward(one.network, one.batch.x, shape.rows);
      const { ratings, distribution } = predict(one, 8);
      const { mean, std, levels } = one.head;
      for (let r = 0; r < shape.rows; r++) {
        if (kind === 'linear') {
          // On the scale that was learned: what lies beyond its ends is moved to them.
          const rating = Math.min(levels[levels.length - 1], Math.max(levels[0], mean + std * out[r]));
          expect(Math.abs(ratings[r] - rating)).toBeLessThan(1e-5);
          continue;
        }
        const odds = [...out.subarray(r * levels.length, (r + 1) * levels.length)].map(Math.exp);
        const sum = odds.reduce((a, b) => a + b);
        const p = [...distribution!.subarray(r * levels.length, (r + 1) * levels.length)];
        p.forEach((share, k) => {
          expect(Math.abs(share - odds[k] / sum)).toBeLessThan(1e-5);
        });
        expect(p.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
        expect(ratings[r]).toBeCloseTo(
          p.reduce((total, share, k) => total + share * levels[k], 0),
          12,
        );
      }
      if (kind === 'linear') expect(distribution).toBeNull();
    },
  );

  test('reports the share of exact zeros among the hidden outputs of the dense model', () => {
    const one = randomCase(engine, { ...activation, negateHalf: false }, shape, 'softmax', { away: 1e-5 });
    const { h } = denseForward(one.network, one.batch.x, shape.rows);
    const result = predict(one, 8).sparsity;
    h.forEach((outputs, i) => {
      const zeros = outputs.filter((value) => value === 0).length / outputs.length;
      expect(result.hidden[i]).toBeCloseTo(zeros, 12);
      if (activation.activation === 'rectifier') expect(zeros).toBeGreaterThan(0.2);
    });
    expect(result.input).toBeCloseTo(sparsity(one.x), 12);
  });
});

test('the size of the minibatch changes no byte of a prediction', () => {
  const settings = { activation: 'rectifier', alpha: 1, negateHalf: false } as const;
  const one = randomCase(engine, settings, shape, 'softmax', { away: 0 });
  const results = [1, 2, 7, 22, 23, 24, 256].map((capacity) => predict(one, capacity));
  for (const result of results) expect(result).toEqual(results[0]);
});

test('chosen rows are rated in the order in which they are given, and the sparsity is that of these rows', () => {
  const settings = { activation: 'rectifier', alpha: 1, negateHalf: false } as const;
  const one = randomCase(engine, settings, shape, 'softmax', { away: 0 });
  const rows = [22, 3, 3, 0, 11];
  const all = predict(one, 8);
  const some = predict(one, 2, rows);
  expect([...some.ratings]).toEqual(rows.map((row) => all.ratings[row]));
  const entries = rows.map((row) => one.x.rowStart[row + 1] - one.x.rowStart[row]);
  const stored = entries.reduce((a, b) => a + b);
  expect(some.sparsity.input).toBeCloseTo(1 - stored / (rows.length * shape.inputs), 12);
});

test('no rows give no ratings', () => {
  const settings = { activation: 'tanh', alpha: 1, negateHalf: false } as const;
  const one = randomCase(engine, settings, shape, 'softmax', { away: 0 });
  expect(predict(one, 8, []).ratings.length).toBe(0);
});
