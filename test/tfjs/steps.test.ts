/**
 * A minibatch by TensorFlow.js against the same minibatch by the kernels, weights and optimizer states compared, on the
 * backends that are installed here. The kernels themselves are compared with automatic differentiation and with float64
 * (test/network, test/pretraining), so that here one case of each sort is enough.
 *
 * An error is the largest difference of a component, divided by the largest component.
 */
import { describe, expect, test } from 'vitest';
import type { Engine } from '../../src/kernels/engine.ts';
import { createEngine } from '../../src/kernels/node-engine.ts';
import { Backward } from '../../src/network/backward.ts';
import { forward, Workspace } from '../../src/network/forward.ts';
import { headCost } from '../../src/network/heads.ts';
import { toRowMajor } from '../../src/network/matrix.ts';
import { createLayer } from '../../src/network/network.ts';
import { Optimizer, type OptimizerSettings } from '../../src/network/optimizer.ts';
import { SparseBatch } from '../../src/network/sparse-batch.ts';
import { Autoencoder, type AutoencoderSettings } from '../../src/pretraining/autoencoder.ts';
import { RandomStream } from '../../src/random.ts';
import { openEngine } from '../../src/tfjs/node-engine.ts';
import {
  activations,
  type Case,
  emptyAfterEach,
  engineParameters,
  placeNetwork,
  randomCase,
  randomCsr,
  relativeError,
  type Shape,
} from '../network/cases.ts';

/** Seen: at most 5e-6. */
const BOUND = 2e-5;

const kernels = createEngine(1, 'wasm');
emptyAfterEach(kernels);
const backends = ['tfjs-wasm', 'tfjs-cpu'] as const;

const gradientDescent: OptimizerSettings = { kind: 'sgd', learningRate: 1, momentum: 0 };
const optimizers: readonly OptimizerSettings[] = [
  { kind: 'sgd', learningRate: 0.1, momentum: 0.9, weightDecay: 0.01 },
  { kind: 'adam', learningRate: 0.01 },
  { kind: 'adam', learningRate: 0.01, weightDecay: 0.1 },
  { kind: 'adagrad', learningRate: 0.05, weightDecay: 0.1 },
  { kind: 'rmsprop', learningRate: 0.05, weightDecay: 0.1 },
];

/** Cost, sparsity counts, weights and states after minibatches over all rows and over some. */
function fineTune(
  engine: Engine,
  one: Case,
  settings: OptimizerSettings,
  l1: number,
): { exact: number[]; floats: Float64Array[] } {
  const { x, head, targets, batch, dropout } = one;
  const network = placeNetwork(engine, one.network);
  const before = engineParameters(network).map((part) => part.slice());
  const optimizer = new Optimizer(engine, settings);
  const space = new Workspace(engine, network, batch.rows + 2);
  const backward = new Backward(engine, network, optimizer, batch.rows + 2);
  const all = Array.from({ length: batch.rows }, (_, r) => r);
  const costs: number[] = [];
  const active: number[] = [];
  for (const reviews of settings === gradientDescent ? [all] : [[...all, 0], all.slice(1, 4), all]) {
    optimizer.beginStep();
    space.input.load(x, reviews);
    forward(engine, network, space, { dropout });
    active.push(...space.layers.map(({ codes }) => codes.entries));
    costs.push(headCost(head, space.out, reviews.length, targets, reviews, backward.dOut));
    backward.step(space, l1 / reviews.length, dropout);
  }
  const moved = engineParameters(network).map((part, k) => part.map((value, i) => value - before[k][i]));
  const parts = [costs, ...moved, ...Object.values(backward.state())];
  return { exact: active, floats: parts.map((part) => Float64Array.from(part)) };
}

const settings: AutoencoderSettings = {
  activation: 'rectifier',
  alpha: 1,
  negateHalf: false,
  reconstruction: 'sigmoid',
  samples: 0,
  masking: 0.4,
  salt: 0.1,
  l1: 0.1,
  targetScale: 1,
  optimizer: gradientDescent,
};

/** Cost and everything that moved in two minibatches, the second a smaller one. */
function pretrain(engine: Engine, chosen: AutoencoderSettings, cols: number, binary = true): Float64Array[] {
  const stream = RandomStream.fromSeed(9);
  const x = randomCsr(7, cols, binary, stream.split('x'));
  const encoder = createLayer(engine, cols, 70, stream.split('encoder'));
  encoder.bias.forEach((_, u) => {
    encoder.bias[u] = u < 70 ? stream.uniform(u) - 0.4 : 0;
  });
  const means = new Float64Array(cols).fill(0.3);
  const autoencoder = new Autoencoder(engine, encoder, 9, chosen, means, stream);
  const moving = (): Float64Array[] =>
    [toRowMajor(encoder.weights), encoder.bias, toRowMajor(autoencoder.decoder), autoencoder.decoderBias].map(
      (part) => Float64Array.from(part),
    );
  const before = moving();
  const batch = new SparseBatch(engine, 9, cols);
  const costs = [
    [0, 1, 2, 3, 4, 5, 6],
    [5, 3, 1],
  ].map((rows, step) => {
    batch.load(x, rows);
    return autoencoder.train(batch, rows, stream.split('minibatch', step));
  });
  const moved = moving().map((part, k) => part.map((value, i) => value - before[k][i]));
  const states = Object.values(autoencoder.state()).map((part) => Float64Array.from(part));
  return [Float64Array.from(costs), ...moved, ...states];
}

describe.each(backends)('a minibatch on %s is that of the kernels', async (backend) => {
  const engine = await openEngine(1, backend);
  emptyAfterEach(engine);
  const shape: Shape = { rows: 6, inputs: 90, hidden: [70, 20] };

  describe.each(activations)('with $activation, alpha $alpha', (activation) => {
    const away = activation.activation === 'lif' ? 0.02 : 1e-4;
    test.each([
      { kind: 'softmax', negateHalf: false, l1: 0, dropping: false, binary: true },
      { kind: 'linear', negateHalf: true, l1: 0.05, dropping: true, binary: false },
    ] as const)(
      `in fine-tuning, weights within ${BOUND} (head $kind, negateHalf $negateHalf, L1 $l1, dropout $dropping)`,
      ({ kind, negateHalf, l1, dropping, binary }) => {
        const small = activation.activation === 'lif' ? { ...shape, rows: 4, hidden: [20] } : shape;
        const variant = { l1, dropping, binary, away };
        const one = randomCase(kernels, { ...activation, negateHalf }, small, kind, variant);
        const wanted = fineTune(kernels, one, gradientDescent, l1);
        const got = fineTune(engine, one, gradientDescent, l1);
        expect(got.exact).toEqual(wanted.exact);
        got.floats.forEach((part, k) => {
          if (wanted.floats[k].length > 0) {
            expect(relativeError([part], [wanted.floats[k]])).toBeLessThan(BOUND);
          }
        });
      },
    );

    test(`in pre-training, weights within ${BOUND}`, () => {
      const chosen = { ...settings, ...activation, samples: 20 };
      if (activation.activation === 'lif') chosen.l1 = 0;
      const wanted = pretrain(kernels, chosen, 90);
      expect(relativeError(pretrain(engine, chosen, 90), wanted)).toBeLessThan(BOUND);
    });
  });

  test.each(optimizers)(
    `after three steps of $kind with weight decay $weightDecay, within ${BOUND}`,
    (chosen) => {
      const tanh = { activation: 'tanh', alpha: 1, negateHalf: false } as const;
      const one = randomCase(kernels, tanh, shape, 'softmax', { dropping: true });
      const wanted = fineTune(kernels, one, chosen, 0);
      const got = fineTune(engine, one, chosen, 0);
      got.floats.forEach((part, k) => {
        if (wanted.floats[k].some((value) => Math.abs(value) > 1e-3)) {
          expect(relativeError([part], [wanted.floats[k]])).toBeLessThan(BOUND);
        }
      });
      const pretraining = { ...settings, activation: 'tanh', samples: 20, optimizer: chosen } as const;
      expect(
        relativeError(pretrain(engine, pretraining, 90), pretrain(kernels, pretraining, 90)),
      ).toBeLessThan(BOUND);
    },
  );

  test.each(
    (['softplus', 'sigmoid', 'linear', 'rectifier'] as const).flatMap((reconstruction) => [
      { reconstruction, what: 'all terms', samples: 0, cols: 1100, binary: true, everyEntry: true },
      {
        reconstruction,
        what: 'entries and sampled zeros',
        samples: 30,
        cols: 90,
        binary: true,
        everyEntry: true,
      },
      {
        reconstruction,
        what: 'sampled terms alone',
        samples: 30,
        cols: 90,
        binary: false,
        everyEntry: false,
      },
    ]),
  )(`reconstructing $what by $reconstruction, within ${BOUND}`, ({ what: _, cols, binary, ...chosen }) => {
    const variant = {
      ...settings,
      ...chosen,
      activation: 'tanh',
      targetScale: binary ? 1 : 1 / 1.7,
    } as const;
    const wanted = pretrain(kernels, variant, cols, binary);
    expect(relativeError(pretrain(engine, variant, cols, binary), wanted)).toBeLessThan(BOUND);
  });

  test('of empty reviews, too: biases alone move', () => {
    const tanh = { activation: 'tanh', alpha: 1, negateHalf: false } as const;
    const one = randomCase(kernels, tanh, shape, 'softmax', {});
    const empty = { ...one.x, rowStart: new Uint32Array(7), columns: new Uint32Array(0), values: null };
    const wanted = fineTune(kernels, { ...one, x: empty }, gradientDescent, 0);
    const got = fineTune(engine, { ...one, x: empty }, gradientDescent, 0);
    expect(relativeError(got.floats, wanted.floats)).toBeLessThan(BOUND);
    expect(Math.max(...got.floats[1].map(Math.abs))).toBe(0);
  });
});
