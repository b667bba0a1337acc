/**
 * The network once more, as the textbook has it: dense, float64, no panels, no sparsity, no derivative anywhere. Its
 * gradients are central differences. Slow, plain, and written without a look at src: what the engine is compared with.
 */
import type { Options } from '../../src/options.ts';

export interface DenseLayer {
  readonly inputs: number;
  readonly units: number;
  /** inputs x units, row-major. */
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

export interface Activation {
  readonly activation: Options['activation'];
  readonly alpha: number;
  readonly negateHalf: boolean;
}

export interface DenseNetwork extends Activation {
  readonly layers: readonly DenseLayer[];
  readonly head: DenseLayer;
}

/** A minibatch with everything that its cost depends on, the weights aside. */
export interface Minibatch {
  readonly rows: number;
  /** rows x inputs, row-major. */
  readonly x: Float64Array;
  readonly kind: 'softmax' | 'linear';
  /** rows x outputs: probabilities, or standardised ratings. */
  readonly targets: Float64Array;
  /** Per hidden layer: rows x units, 0 where an output is dropped, else 1 / (1 - p); null without dropout. */
  readonly masks: readonly (Float64Array | null)[];
  /** Penalty per review: l1 times the sum of the magnitudes of the hidden outputs that are not dropped. */
  readonly l1: number;
}

export function activationOf({ activation, alpha }: Activation, z: number): number {
  switch (activation) {
    case 'rectifier':
      return Math.max(z, 0);
    case 'softplus':
      return Math.log(1 + Math.exp(alpha * z)) / alpha;
    case 'tanh':
      return (Math.exp(z) - Math.exp(-z)) / (Math.exp(z) + Math.exp(-z));
    case 'sigmoid':
      return 1 / (1 + Math.exp(-z));
    case 'leaky':
      return z > 0 ? z : 0.01 * z;
    case 'lif':
      return z > 1 ? 1 / (Math.log(z / (z - 1)) + 1) : 0;
  }
}

/** Where the activation, or its magnitude, has no derivative. */
export function kinkOf({ activation }: Activation): number {
  return activation === 'lif' ? 1 : 0;
}

/** z = x W + b, row-major. */
export function affine(x: Float64Array, rows: number, layer: DenseLayer): Float64Array {
  const { inputs, units, weights, bias } = layer;
  const z = new Float64Array(rows * units);
  for (let r = 0; r < rows; r++) {
    for (let u = 0; u < units; u++) {
      let sum = bias[u];
      for (let i = 0; i < inputs; i++) sum += x[r * inputs + i] * weights[i * units + u];
      z[r * units + u] = sum;
    }
  }
  return z;
}

/** Hidden outputs from pre-activations; the second half of the units negated, if the settings say so. */
export function activate(settings: Activation, z: Float64Array, units: number): Float64Array {
  return z.map((value, i) => {
    const negated = settings.negateHalf && i % units >= Math.ceil(units / 2);
    return (negated ? -1 : 1) * activationOf(settings, value);
  });
}

export interface DenseForward {
  readonly z: readonly Float64Array[];
  /** With dropout. */
  readonly h: readonly Float64Array[];
  readonly out: Float64Array;
}

export function denseForward(
  network: DenseNetwork,
  x: Float64Array,
  rows: number,
  masks: Minibatch['masks'] = [],
): DenseForward {
  const z: Float64Array[] = [];
  const h: Float64Array[] = [];
  let input = x;
  network.layers.forEach((layer, i) => {
    z.push(affine(input, rows, layer));
    const mask = masks[i];
    input = activate(network, z[i], layer.units).map((value, k) => (mask ? value * mask[k] : value));
    h.push(input);
  });
  return { z, h, out: affine(input, rows, network.head) };
}

/** The mean cost per review: of the head, and with the penalty. */
export function denseCost(network: DenseNetwork, batch: Minibatch): { head: number; total: number } {
  const { rows, kind, targets, masks, l1 } = batch;
  const { z, out } = denseForward(network, batch.x, rows, masks);
  const outputs = network.head.units;
  let cost = 0;
  for (let r = 0; r < rows; r++) {
    const row = out.subarray(r * outputs, (r + 1) * outputs);
    const target = targets.subarray(r * outputs, (r + 1) * outputs);
    const logSum = Math.log(row.reduce((sum, o) => sum + Math.exp(o), 0));
    row.forEach((o, k) => {
      cost += kind === 'softmax' ? -target[k] * (o - logSum) : (o - target[k]) ** 2;
    });
  }
  let penalty = 0;
  network.layers.forEach((layer, i) => {
    activate(network, z[i], layer.units).forEach((value, k) => {
      if (masks[i]?.[k] !== 0) penalty += l1 * Math.abs(value);
    });
  });
  return { head: cost / rows, total: (cost + penalty) / rows };
}

/** All weights and biases, from the lowest layer to the head, as the arrays that the network uses. */
export function parametersOf(network: DenseNetwork): Float64Array[] {
  return [...network.layers, network.head].flatMap(({ weights, bias }) => [weights, bias]);
}

/** Central differences: error about step^2 f''' / 6 + 1e-16 / step. The parameters are as before when it returns. */
export function finiteDifferences(
  parameters: readonly Float64Array[],
  cost: () => number,
  step = 1e-5,
): Float64Array[] {
  return parameters.map((values) =>
    values.map((value, i) => {
      values[i] = value + step;
      const above = cost();
      values[i] = value - step;
      const below = cost();
      values[i] = value;
      return (above - below) / (2 * step);
    }),
  );
}
