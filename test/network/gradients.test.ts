/**
 * The gradient of the whole network, against TensorFlow.js' automatic differentiation (dense, float32) and against
 * central differences of a plain dense model (float64), for every activation, head, penalty and depth.
 *
 * One step of plain gradient descent with the learning rate 1 moves the weights by their gradient, which is so read from
 * the public behaviour, with everything on its way: sparse input, panels, compressed activations, scratch memory.
 * An error is the largest difference of a component, divided by the largest component of the gradient.
 */
import { describe, expect, test } from 'vitest';
import { createEngine } from '../../src/kernels/node-engine.ts';
import { Backward } from '../../src/network/backward.ts';
import { forward, Workspace } from '../../src/network/forward.ts';
import { headCost } from '../../src/network/heads.ts';
import { Optimizer } from '../../src/network/optimizer.ts';
import {
  activations,
  type Case,
  emptyAfterEach,
  engineParameters,
  placeNetwork,
  randomCase,
  relativeError,
  type Shape,
} from './cases.ts';
import { denseCost, finiteDifferences, parametersOf } from './dense-model.ts';
import { tensorCost } from './tensor-model.ts';
import { costAndGradients } from './tfjs.ts';

const engine = createEngine();
emptyAfterEach(engine);

/** Cost and gradients as the engine has them. */
function engineGradients({ network: dense, x, head, targets, batch, dropout }: Case): {
  cost: number;
  gradients: Float64Array[];
} {
  const network = placeNetwork(engine, dense);
  const { rows, l1 } = batch;
  const optimizer = new Optimizer(engine, { kind: 'sgd', learningRate: 1, momentum: 0, weightDecay: 0 });
  // More room than rows, and a minibatch before this one, as in training: what it left behind must not matter.
  const space = new Workspace(engine, network, rows + 3);
  const backward = new Backward(engine, network, optimizer, rows + 3);
  const step = (reviews: number[], factor: number): number => {
    optimizer.beginStep(factor);
    space.input.load(x, reviews);
    forward(engine, network, space, { dropout });
    const sum = headCost(head, space.out, reviews.length, targets, reviews, backward.dOut);
    backward.step(space, l1 / reviews.length, dropout);
    return sum / reviews.length;
  };
  const all = Array.from({ length: rows }, (_, r) => r);
  step([...all, 0, 2, 0].reverse(), 0);
  const before = engineParameters(network);
  expect(before.map((part) => [...part])).toEqual(parametersOf(dense).map((part) => [...part]));
  const cost = step(all, 1);
  const after = engineParameters(network);
  const gradients = before.map((part, k) => Float64Array.from(part, (value, i) => value - after[k][i]));
  return { cost, gradients };
}

function tensorGradients({ network, batch }: Case): { cost: number; gradients: Float64Array[] } {
  const parameters = [...network.layers, network.head].flatMap(({ inputs, units, weights, bias }) => [
    { values: weights, shape: [inputs, units] },
    { values: bias, shape: [units] },
  ]);
  return costAndGradients(parameters, (...tensors) => tensorCost(network, batch, tensors));
}

/** Seen: at most 1e-6. */
const BOUND = 5e-6;

const depths: Shape[] = [
  { rows: 6, inputs: 12, hidden: [] },
  { rows: 6, inputs: 12, hidden: [9] },
  { rows: 6, inputs: 12, hidden: [8, 5, 6] },
];
const variants = [false, true].flatMap((negateHalf) =>
  [0, 0.05].flatMap((l1) => [false, true].map((dropping) => ({ negateHalf, l1, dropping }))),
);

describe.each(activations)('$activation with alpha $alpha', (activation) => {
  describe.each(['softmax', 'linear'] as const)('and a %s head', (kind) => {
    describe.each(depths)('over the hidden layers $hidden', (shape) => {
      const chosen = shape.hidden.length === 0 ? variants.slice(0, 1) : variants;
      test.each(chosen)(
        `has the gradient of the dense model within ${BOUND} (negateHalf $negateHalf, L1 $l1, dropout $dropping)`,
        ({ negateHalf, l1, dropping }) => {
          const away = activation.activation === 'lif' ? 0.01 : 0.002;
          const one = randomCase(engine, { ...activation, negateHalf }, shape, kind, { l1, dropping, away });
          const engines = engineGradients(one);
          const exact = denseCost(one.network, one.batch);
          expect(Math.abs(engines.cost / exact.head - 1)).toBeLessThan(BOUND);
          const differences = finiteDifferences(
            parametersOf(one.network),
            () => denseCost(one.network, one.batch).total,
          );
          expect(relativeError(engines.gradients, differences)).toBeLessThan(BOUND);
          const tensors = tensorGradients(one);
          expect(Math.abs(tensors.cost / exact.total - 1)).toBeLessThan(BOUND);
          expect(relativeError(engines.gradients, tensors.gradients)).toBeLessThan(BOUND);
        },
      );
    });
  });
});

describe.each([true, false])(
  'over several panels of units, outputs and terms, with binary input %s',
  (binary) => {
    test.each(activations)(
      `$activation with alpha $alpha has TensorFlow.js' gradient within ${BOUND}`,
      (activation) => {
        // Just above its threshold, the slope of an integrate-and-fire unit has no bound: fewer units, farther from it.
        const steep = activation.activation === 'lif';
        const shape: Shape = { rows: steep ? 3 : 9, inputs: 150, hidden: steep ? [70, 66] : [70, 130] };
        const away = steep ? 0.02 : 2e-5;
        const settings = { l1: 0.01, dropping: true, binary, away, levels: 67 };
        const one = randomCase(engine, { ...activation, negateHalf: true }, shape, 'softmax', settings);
        const engines = engineGradients(one);
        const tensors = tensorGradients(one);
        expect(Math.abs(engines.cost / denseCost(one.network, one.batch).head - 1)).toBeLessThan(BOUND);
        expect(relativeError(engines.gradients, tensors.gradients)).toBeLessThan(BOUND);
      },
    );
  },
);

test(`a tanh unit whose output is exactly zero (an empty review, no bias) gets its gradient within ${BOUND}`, () => {
  const shape: Shape = { rows: 6, inputs: 12, hidden: [8, 5] };
  const settings = { activation: 'tanh', alpha: 1, negateHalf: false } as const;
  const one = randomCase(engine, settings, shape, 'softmax', {});
  for (const { bias } of one.network.layers) bias.fill(0);
  const engines = engineGradients(one);
  const differences = finiteDifferences(
    parametersOf(one.network),
    () => denseCost(one.network, one.batch).total,
  );
  expect(relativeError(engines.gradients, differences)).toBeLessThan(BOUND);
});
