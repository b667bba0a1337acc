/**
 * The same integral for the other activations, by steps along the path. A step does not take derivatives, but the
 * quotients of the differences that it makes (as the rescale rule of DeepLIFT, Shrikumar et al. 2017, over the whole path
 * at once): so the contributions sum to the change of the rating whatever the size of the steps, also where an
 * activation has no derivative, as the leaky integrate-and-fire unit at its threshold. That leaves an error of how the
 * sum is split, which falls with the square of the step; two sizes of steps tell it, and together cancel most of it.
 */
import { derivativeOf } from '../kernels/reference-functions.ts';
import type { Head } from '../network/heads.ts';
import { type Activity, type Chain, dotRow, runChain } from './chain.ts';
import { addAverageGradient } from './rating-path.ts';

const FIRST_STEPS = 8;
const MOST_STEPS = 2048;
/** Below this change of a pre-activation the derivative at its middle is more precise than the quotient. */
const TINY = 1e-6;

/**
 * @param direction pre-activations of layer 0 are its bias + t direction, t from 0 to 1
 * @param difference of two results, the measure of how far the split is settled: in units of the rating
 * @param tolerance steps are halved until the difference is below it, or there are 2048
 */
export function integrateInSteps(
  chain: Chain,
  head: Head,
  direction: Float64Array,
  difference: (a: Float64Array, b: Float64Array) => number,
  tolerance: number,
): Float64Array {
  let coarse = inSteps(chain, head, direction, FIRST_STEPS);
  for (let steps = 2 * FIRST_STEPS; ; steps *= 2) {
    const fine = inSteps(chain, head, direction, steps);
    if (difference(coarse, fine) <= tolerance || steps === MOST_STEPS) {
      return fine.map((value, unit) => value + (value - coarse[unit]) / 3); // Richardson's extrapolation
    }
    coarse = fine;
  }
}

function inSteps(chain: Chain, head: Head, direction: Float64Array, steps: number): Float64Array {
  const at = (step: number): Activity =>
    runChain(
      chain,
      chain.bias[0].map((bias, unit) => bias + (step / steps) * direction[unit]),
    );
  const sum = new Float64Array(direction.length);
  let from = at(0);
  for (let step = 1; step <= steps; step++) {
    const to = at(step);
    let gradient: Float64Array = new Float64Array(chain.bias[chain.depth].length);
    addAverageGradient(head, from.z[chain.depth], to.z[chain.depth], 1 / steps, gradient);
    for (let l = chain.depth - 1; l >= 0; l--) gradient = backward(chain, l, from, to, gradient);
    for (let unit = 0; unit < sum.length; unit++) sum[unit] += gradient[unit];
    from = to;
  }
  return sum;
}

/** From the gradient by the pre-activations of layer l + 1 to that by those of layer l, over one step. */
function backward(chain: Chain, l: number, from: Activity, to: Activity, above: Float64Array): Float64Array {
  const { kind, alpha, sign } = chain;
  return from.z[l].map((z, unit) => {
    const change = to.z[l][unit] - z;
    const quotient = (to.h[l][unit] - from.h[l][unit]) / change;
    const slope =
      Math.abs(change) > TINY ? quotient : sign[l][unit] * derivativeOf(z + change / 2, kind, alpha);
    return slope === 0 ? 0 : slope * dotRow(chain, l, unit, above);
  });
}
