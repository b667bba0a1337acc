/**
 * Explanations of random networks, compared with the dense model of the network's tests: the sums, the linear map of the
 * active units against differences, and the contributions against the definition of integrated gradients taken literally.
 */
import { describe, expect, test } from 'vitest';
import { Explainer } from '../../src/explanation/explainer.ts';
import type { Explanation } from '../../src/explanation/explanation.ts';
import { createEngine } from '../../src/kernels/node-engine.ts';
import type { Head } from '../../src/network/heads.ts';
import { RandomStream } from '../../src/random.ts';
import { Vectorizer } from '../../src/text/vectorizer.ts';
import { activations, placeNetwork, randomNetwork } from '../network/cases.ts';
import {
  type Activation,
  activate,
  affine,
  type DenseNetwork,
  denseForward,
} from '../network/dense-model.ts';

const engine = createEngine();
const INPUTS = 12;
const terms = Array.from({ length: INPUTS }, (_, i) => `w${i}`);
const vectorizer = new Vectorizer(
  {
    ngrams: 1,
    vocabularySize: INPUTS,
    minDocumentFrequency: 1,
    maxDocumentFrequency: 1,
    weighting: 'counts',
    stem: false,
    stopWords: false,
    punctuation: true,
  },
  { terms, documentFrequency: new Uint32Array(INPUTS).fill(1), documents: 1 },
);

const heads: Record<Head['kind'], Head> = {
  softmax: { kind: 'softmax', levels: [1, 2, 3, 4, 5], mean: 3.1, std: 1.4 },
  // Wide enough for no rating to meet an end; what happens there is a test of its own.
  linear: { kind: 'linear', levels: [-1000, 1000], mean: 3.1, std: 1.4 },
};
const shapes = [[], [70], [9, 6], [8, 7, 5]];

interface Case {
  readonly network: DenseNetwork;
  readonly explanation: Explanation;
  /** The input by term. */
  readonly x: Float64Array;
  readonly head: Head;
  /** Outputs and rating of the dense model. */
  readonly outputs: (x: Float64Array) => Float64Array;
  readonly rating: (x: Float64Array) => number;
}

function randomCase(settings: Activation, hidden: readonly number[], head: Head, seed: number): Case {
  const stream = RandomStream.fromSeed(seed).split('explain');
  const outputs = head.kind === 'softmax' ? head.levels.length : 1;
  const network = randomNetwork(settings, { rows: 1, inputs: INPUTS, hidden }, outputs, stream);
  const x = Float64Array.from(terms, (_, i) => Math.max(0, stream.split('x').integer(i, 5) - 1));
  const text = terms.flatMap((term, i) => new Array<string>(x[i]).fill(term)).join(' ');
  const mark = engine.arena.mark();
  const explanation = new Explainer(vectorizer, placeNetwork(engine, network), head).explain(text);
  engine.arena.release(mark);
  const outputsOf = (input: Float64Array): Float64Array => denseForward(network, input, 1).out;
  return { network, explanation, x, head, outputs: outputsOf, rating: (i) => ratingOf(head, outputsOf(i)) };
}

function ratingOf({ kind, levels, mean, std }: Head, outputs: Float64Array): number {
  if (kind === 'linear')
    return Math.min(levels[levels.length - 1], Math.max(levels[0], mean + std * outputs[0]));
  const odds = [...outputs].map(Math.exp);
  return odds.reduce((sum, o, k) => sum + o * levels[k], 0) / odds.reduce((a, b) => a + b);
}

/** Contributions by term; 0 for those that the text does not have. */
const byTerm = (values: readonly number[], { contributions }: Explanation): number[] =>
  terms.map((name) => values[contributions.findIndex(({ term }) => term === name)] ?? 0);

/** Central differences of f by each entry of x. */
function differences(f: (x: Float64Array) => number, x: Float64Array, step = 1e-6): number[] {
  return Array.from(x, (value, i) => {
    const moved = (by: number): number => f(x.with(i, value + by));
    return (moved(step) - moved(-step)) / (2 * step);
  });
}

const contributionsOf = ({ contributions }: Explanation): number[] =>
  contributions.map(({ contribution }) => contribution);
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const every = activations.flatMap((activation) =>
  [false, true].map((negateHalf): Activation => ({ ...activation, negateHalf })),
);

describe.each(every)('$activation with alpha $alpha, half negated: $negateHalf', (settings) => {
  const cases = shapes.flatMap((hidden) =>
    [heads.softmax, heads.linear].flatMap((head) =>
      [1, 2, 3].map((seed) => randomCase(settings, hidden, head, seed)),
    ),
  );

  test('rating and base are those of the dense model within 1e-9, and base + contributions = rating within 1e-9', () => {
    for (const { explanation, rating, x } of cases) {
      const { base } = explanation;
      expect(Math.abs(explanation.rating - rating(x))).toBeLessThan(1e-9);
      expect(Math.abs(base - rating(new Float64Array(INPUTS)))).toBeLessThan(1e-9);
      const total = sum(contributionsOf(explanation));
      expect(Math.abs(base + total - rating(x))).toBeLessThan(1e-9);
      expect(Math.abs(explanation.residual)).toBeLessThan(1e-9);
    }
  });

  // Where a leaky integrate-and-fire unit begins to fire its slope has no bound, which points of the path miss.
  test.skipIf(settings.activation === 'lif')(
    'contributions are the gradient averaged along the path, times the input: within 0.0001, or 0.01 where it jumps',
    () => {
      const bound = ['rectifier', 'leaky'].includes(settings.activation) ? 0.01 : 0.0001;
      for (const { explanation, rating, x, head, network } of cases.filter((_, c) => c % 3 === 0)) {
        const steps = 500;
        const integral = new Float64Array(INPUTS);
        for (let s = 0; s < steps; s++) {
          const at = x.map((value) => (value * (s + 0.5)) / steps);
          differences(rating, at, 1e-5).forEach((d, i) => {
            integral[i] += (d * x[i]) / steps;
          });
        }
        byTerm(contributionsOf(explanation), explanation).forEach((value, i) => {
          const where = `${head.kind} head, ${network.layers.length} layers, term ${i}`;
          expect(Math.abs(value - integral[i]), where).toBeLessThan(bound);
        });
      }
    },
  );

  test('one hidden layer under a linear head: contributions as in closed form, within 1e-9', () => {
    for (const { explanation, network, x, head } of cases) {
      if (network.layers.length !== 1 || head.kind !== 'linear') continue;
      const [{ weights, bias, units }] = network.layers;
      const a = affine(x, 1, { ...network.layers[0], bias: new Float64Array(units) });
      const rise = (z: Float64Array): Float64Array => activate(network, z, units);
      const [from, to] = [rise(bias), rise(a.map((value, unit) => value + bias[unit]))];
      const wanted = Array.from(x, (value, i) =>
        sum(
          Array.from(a, (step, unit) =>
            step === 0
              ? 0
              : (head.std *
                  value *
                  weights[i * units + unit] *
                  network.head.weights[unit] *
                  (to[unit] - from[unit])) /
                step,
          ),
        ),
      );
      byTerm(contributionsOf(explanation), explanation).forEach((value, i) => {
        expect(Math.abs(value - wanted[i])).toBeLessThan(1e-9);
      });
    }
  });

  const linear = ['rectifier', 'leaky'].includes(settings.activation);
  test(
    linear
      ? 'bias + contributions = value of each output within 1e-6, and they are the linear function that the dense model is there'
      : 'there is no linear map of the active units, but without hidden layers',
    () => {
      for (const { network, explanation, outputs, x, head } of cases) {
        const { perLevel } = explanation;
        if (!linear && network.layers.length > 0) {
          expect(perLevel).toBeNull();
          continue;
        }
        const [shift, scale] = head.kind === 'linear' ? [head.mean, head.std] : [0, 1];
        expect(perLevel!.map(({ level }) => level)).toEqual(head.kind === 'linear' ? [null] : head.levels);
        perLevel!.forEach(({ bias, contributions, value }, k) => {
          const output = (input: Float64Array): number => shift + scale * outputs(input)[k];
          const size = Math.max(1, Math.abs(output(x)));
          expect(Math.abs(value - output(x))).toBeLessThan(1e-9 * size);
          expect(Math.abs(bias + sum(contributions) - output(x))).toBeLessThan(1e-6 * size);
          differences(output, x).forEach((slope, i) => {
            expect(Math.abs(byTerm(contributions, explanation)[i] - x[i] * slope)).toBeLessThan(1e-5 * size);
          });
        });
      }
    },
  );
});

test('a rating that the linear head keeps on the scale is explained as it is', () => {
  const settings = { activation: 'rectifier', alpha: 1, negateHalf: false } as const;
  let kept = 0;
  for (let seed = 1; seed <= 20; seed++) {
    const head: Head = { ...heads.linear, levels: [2.5, 3.5] };
    const { explanation, rating, x } = randomCase(settings, [9, 6], head, seed);
    const { base } = explanation;
    if (rating(x) === 2.5 || rating(x) === 3.5) kept++;
    expect(Math.abs(base + sum(contributionsOf(explanation)) - rating(x))).toBeLessThan(1e-9);
  }
  expect(kept).toBeGreaterThan(5);
});

test('units are active where the dense model has outputs that are not zero; they are listed when asked for', () => {
  for (const activation of ['rectifier', 'lif', 'tanh'] as const) {
    const settings: Activation = { activation, alpha: 1, negateHalf: true };
    const { network, explanation, x } = randomCase(settings, [30, 20], heads.softmax, 5);
    const { h } = denseForward(network, x, 1);
    const listed = h.map((outputs) => [...outputs.keys()].filter((unit) => outputs[unit] !== 0));
    expect(explanation.activeUnits).toEqual(
      listed.map((units, l) => ({ active: units.length, of: [30, 20][l] })),
    );
    const mark = engine.arena.mark();
    const explainer = new Explainer(vectorizer, placeNetwork(engine, network), heads.softmax);
    const text = terms.flatMap((term, i) => new Array<string>(x[i]).fill(term)).join(' ');
    expect(explainer.explain(text, { units: true }).activeUnits.map(({ units }) => units)).toEqual(listed);
    engine.arena.release(mark);
  }
});

test('an empty text has the base rating and nothing to explain it by', () => {
  const settings = { activation: 'rectifier', alpha: 1, negateHalf: false } as const;
  const { network } = randomCase(settings, [9, 6], heads.softmax, 1);
  const { rating, base, contributions, words, residual } = new Explainer(
    vectorizer,
    placeNetwork(engine, network),
    heads.softmax,
  ).explain('');
  expect([rating, contributions, words]).toEqual([base, [], []]);
  expect(Math.abs(residual)).toBe(0);
});
