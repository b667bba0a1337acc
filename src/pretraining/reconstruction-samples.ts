/**
 * Which zeros of a minibatch are reconstructed (Dauphin, Glorot and Bengio, ICML 2011): one sample, shared by the whole
 * minibatch so that its weight rows are read once for all reviews. A term is picked with a probability in proportion to
 * how often it occurs: the gradient of a zero is about that frequency, so frequent terms are where sampling would be
 * noisy, and the most frequent are always taken. Each picked zero's cost is divided by the probability of being picked:
 * the estimated cost is unbiased.
 */
import type { RandomStream } from '../random.ts';

export class ReconstructionSampler {
  /** Probability with which each term is picked, above 0, at most 1. */
  readonly probability: Float64Array;
  private readonly order: Int32Array;
  /** Sums of the probabilities in the sampler's order. */
  private readonly cumulative: Float64Array;

  /**
   * @param means how often (0 to 1) each term occurs, or its mean value
   * @param count terms to pick on average; all of them when there are no more
   */
  constructor(means: ArrayLike<number>, count: number, stream: RandomStream) {
    this.probability = inclusionProbabilities(means, count);
    // Systematic sampling never picks close neighbours together; a random order makes that harmless.
    this.order = stream.permutation(means.length);
    let sum = 0;
    this.cumulative = Float64Array.from(this.order, (term) => {
      sum += this.probability[term];
      return sum;
    });
  }

  /** Most terms that `draw` can pick. */
  get most(): number {
    return Math.min(this.order.length, Math.ceil(this.cumulative[this.cumulative.length - 1] ?? 0) + 1);
  }

  /**
   * Draws a sample by systematic sampling: each term at most once, with exactly its probability.
   * @param terms and @param weights receive the terms and one over their probabilities
   * @returns how many
   */
  draw(stream: RandomStream, terms: Uint32Array, weights: Float32Array): number {
    const total = this.cumulative[this.cumulative.length - 1];
    let n = 0;
    let place = 0;
    for (let point = stream.uniform(0); point < total; point++) {
      place = this.firstAbove(point, place);
      const term = this.order[place];
      terms[n] = term;
      weights[n++] = 1 / this.probability[term];
    }
    return n;
  }

  /** First place from `from` on whose cumulative sum is above the point. */
  private firstAbove(point: number, from: number): number {
    let low = from;
    let high = this.cumulative.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.cumulative[middle] > point) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** min(1, c (mean + a tenth of the average mean)), with c such that the sum is `count`. */
function inclusionProbabilities(means: ArrayLike<number>, count: number): Float64Array {
  if (count >= means.length) return new Float64Array(means.length).fill(1);
  let average = 0;
  for (let i = 0; i < means.length; i++) average += Math.abs(means[i]) / means.length;
  const size = Float64Array.from(
    { length: means.length },
    (_, i) => Math.abs(means[i]) + 0.1 * average + 1e-12,
  );
  const sumFor = (c: number): number => size.reduce((sum, s) => sum + Math.min(1, c * s), 0);
  let low = 0;
  let high = 1 / size.reduce((a, b) => Math.min(a, b));
  for (let round = 0; round < 100; round++) {
    const middle = (low + high) / 2;
    if (sumFor(middle) < count) low = middle;
    else high = middle;
  }
  return size.map((s) => Math.min(1, high * s));
}
