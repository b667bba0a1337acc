/**
 * The network above its first weights, in float64, for one review at a time. The first weights are not here: they are
 * large, a review needs few rows of them, and along the path t x of an explanation the first pre-activations are simply
 * b + t (x W).
 *
 * Layers are numbered by their pre-activations: 0 to depth - 1 the hidden ones, depth the head's outputs. Without a
 * hidden layer, layer 0 is the head.
 */

import { ACTIVATION_CODE } from '../kernels/ops.ts';
import { activationOf } from '../kernels/reference-functions.ts';
import { exportLayer, type Network, negateFrom } from '../network/network.ts';

export interface Chain {
  /** Hidden layers. */
  readonly depth: number;
  /** Of each layer's pre-activations. */
  readonly bias: readonly Float64Array[];
  /** weights[l] leads from the outputs of layer l to layer l + 1: units x units, row-major. */
  readonly weights: readonly Float32Array[];
  /** Per hidden layer and unit: 1, or -1 where the output is negated. */
  readonly sign: readonly Float64Array[];
  /** The activation, without the sign. */
  readonly activation: (z: number) => number;
  /** Its kind, as the kernels know it, and the sharpness of the softplus. */
  readonly kind: number;
  readonly alpha: number;
}

export function chainOf(network: Network): Chain {
  const layers = [...network.layers, network.head];
  const kind = ACTIVATION_CODE[network.activation];
  const { alpha } = network;
  return {
    depth: network.layers.length,
    bias: layers.map(({ bias, weights }) => Float64Array.from(bias.subarray(0, weights.cols))),
    weights: layers.slice(1).map((layer) => exportLayer(layer).weights),
    sign: network.layers.map(({ weights }) => {
      const from = negateFrom(network, weights.cols);
      return Float64Array.from({ length: weights.cols }, (_, unit) => (unit < from ? 1 : -1));
    }),
    activation: (z) => activationOf(z, kind, alpha),
    kind,
    alpha,
  };
}

/** into += factor times the row of layer `layer`'s weights that belongs to one of its units. */
export function addRow(chain: Chain, layer: number, unit: number, factor: number, into: Float64Array): void {
  const weights = chain.weights[layer];
  const at = unit * into.length;
  for (let k = 0; k < into.length; k++) into[k] += factor * weights[at + k];
}

/** The product of that row with a vector over the next layer's units. */
export function dotRow(chain: Chain, layer: number, unit: number, by: Float64Array): number {
  const weights = chain.weights[layer];
  const at = unit * by.length;
  let sum = 0;
  for (let k = 0; k < by.length; k++) sum += weights[at + k] * by[k];
  return sum;
}

/** What went through the layers at one place of the path. */
export interface Activity {
  /** Pre-activations of each layer; the last are the head's outputs. */
  readonly z: readonly Float64Array[];
  /** Outputs of the hidden layers. */
  readonly h: readonly Float64Array[];
}

/** @param first pre-activations of layer 0 */
export function runChain(chain: Chain, first: Float64Array): Activity {
  const z = [first];
  const h: Float64Array[] = [];
  for (let l = 0; l < chain.depth; l++) {
    h.push(z[l].map((value, unit) => chain.sign[l][unit] * chain.activation(value)));
    const next = chain.bias[l + 1].slice();
    h[l].forEach((value, unit) => {
      if (value !== 0) addRow(chain, l, unit, value, next);
    });
    z.push(next);
  }
  return { z, h };
}
