/**
 * The network as the linear function that it is for one review: with piecewise linear activations, and the units on the
 * side of their kink where the review puts them, each output is a bias plus one share per entry of the input.
 */
import { derivativeOf } from '../kernels/reference-functions.ts';
import { type Activity, addRow, type Chain, dotRow } from './chain.ts';

export interface ActiveMap {
  /** Per output: its value for an empty input, were the same units active. */
  readonly bias: Float64Array;
  /** Per output: its derivative by each pre-activation of layer 0. */
  readonly gradients: readonly Float64Array[];
}

/** @param activity of the review */
export function activeMap(chain: Chain, { z }: Activity): ActiveMap {
  const { depth, sign, kind, alpha } = chain;
  const slopes = sign.map((signs, l) => signs.map((s, unit) => s * derivativeOf(z[l][unit], kind, alpha)));
  let bias = chain.bias[0];
  for (let l = 0; l < depth; l++) {
    const next = chain.bias[l + 1].slice();
    bias.forEach((value, unit) => {
      if (slopes[l][unit] !== 0) addRow(chain, l, unit, slopes[l][unit] * value, next);
    });
    bias = next;
  }
  const gradients = Array.from({ length: bias.length }, (_, output) => {
    let gradient: Float64Array = new Float64Array(bias.length);
    gradient[output] = 1;
    for (let l = depth - 1; l >= 0; l--) {
      const above = gradient;
      gradient = slopes[l].map((slope, unit) => (slope === 0 ? 0 : slope * dotRow(chain, l, unit, above)));
    }
    return gradient;
  });
  return { bias, gradients };
}
