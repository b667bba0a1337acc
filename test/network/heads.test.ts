/** The cost of a head, against its definition and its own differences. */
import { describe, expect, test } from 'vitest';
import { createEngine } from '../../src/kernels/node-engine.ts';
import { type Head, headCost, type RatingTarget } from '../../src/network/heads.ts';
import { createMatrix } from '../../src/network/matrix.ts';
import { RandomStream } from '../../src/random.ts';

const engine = createEngine(1, 'reference');
const ROWS = 4;
const head: Head = { kind: 'softmax', levels: [1, 2, 3.5, 5], mean: 3, std: 1.3 };
// Ratings on a level, between two, and at both ends.
const targets: RatingTarget = {
  low: Uint32Array.of(0, 1, 2, 3),
  high: Uint32Array.of(0, 2, 3, 3),
  weightHigh: Float64Array.of(0, 0.4, 0.9, 0),
  standardised: new Float64Array(ROWS),
};
const reviews = [0, 1, 2, 3];

function outputs(seed: number) {
  const out = createMatrix(engine.arena, ROWS, 4);
  const stream = RandomStream.fromSeed(seed);
  out.data.forEach((_, i) => {
    out.data[i] = 4 * stream.uniform(i) - 2;
  });
  return out;
}

const costOf = (out: ReturnType<typeof outputs>, weight?: number): number =>
  headCost(head, out, ROWS, targets, reviews, createMatrix(engine.arena, ROWS, 4), weight);

describe.each([0, 1, 7.5])(
  'the cost of a softmax head with the weight %f for the error of the rating',
  (weight) => {
    test('is the cross-entropy, and the squared error in units of the variance times the weight', () => {
      const out = outputs(1);
      let expected = 0;
      for (let row = 0; row < ROWS; row++) {
        const exp = [0, 1, 2, 3].map((k) => Math.exp(out.data[row * out.width + k]));
        const sum = exp.reduce((a, b) => a + b);
        const p = exp.map((value) => value / sum);
        const share = targets.weightHigh[row];
        const [low, high] = [targets.low[row], targets.high[row]];
        expected -= (1 - share) * Math.log(p[low]) + share * Math.log(p[high]);
        const rating = p.reduce((total, value, k) => total + value * head.levels[k], 0);
        const wanted = (1 - share) * head.levels[low] + share * head.levels[high];
        expected += (weight * (rating - wanted) ** 2) / 1.3 ** 2;
      }
      expect(costOf(out, weight)).toBeCloseTo(expected, 9);
    });

    test('has the gradient of its mean, as differences of the cost say', () => {
      const dOut = createMatrix(engine.arena, ROWS, 4);
      headCost(head, outputs(2), ROWS, targets, reviews, dOut, weight);
      const step = 2 ** -10;
      for (let row = 0; row < ROWS; row++) {
        for (let k = 0; k < 4; k++) {
          const at = row * dOut.width + k;
          const [up, down] = [outputs(2), outputs(2)];
          up.data[at] += step;
          down.data[at] -= step;
          // What float32 made of the two steps is what was taken.
          const taken = up.data[at] - down.data[at];
          const difference = (costOf(up, weight) - costOf(down, weight)) / taken / ROWS;
          expect(dOut.data[at]).toBeCloseTo(difference, 5);
        }
      }
    });
  },
);
