/** What texts are given: the shapes, how it is computed, and from arrays to objects. Runs in a browser too. */
import type { Engine } from '../kernels/engine.ts';
import type { Workspace } from '../network/forward.ts';
import type { Head } from '../network/heads.ts';
import type { Network } from '../network/network.ts';
import { type NetworkPredictions, predictRows } from '../network/predict.ts';
import type { CsrMatrix } from '../sparse/csr.ts';

export interface Prediction {
  /** On the scale of the training ratings. */
  readonly rating: number;
  /** Probability of each level; null for a model with a linear head. */
  readonly distribution: readonly number[] | null;
  /**
   * Different terms of the text that the vocabulary knows (the larger one, when a linear model stands beside the network).
   * 0 means that the rating says nothing about the text.
   */
  readonly knownTerms: number;
}

/** What many texts were given, in arrays: cheap to hand from thread to thread. */
export interface RatedTexts {
  readonly ratings: Float64Array;
  /** texts x levels, row-major; null for a linear head. */
  readonly distribution: Float64Array | null;
  readonly knownTerms: Uint32Array;
  readonly sparsity: NetworkPredictions['sparsity'];
}

/** Rates texts that a vectorizer has turned into rows. @throws StarlingError as `predictRows` */
export function rateMatrix(
  engine: Engine,
  network: Network,
  head: Head,
  space: Workspace,
  x: CsrMatrix,
): RatedTexts {
  const predictions = predictRows(engine, network, head, space, x);
  const knownTerms = Uint32Array.from({ length: x.rows }, (_, i) => x.rowStart[i + 1] - x.rowStart[i]);
  return { ...predictions, knownTerms };
}

/** One object per text. */
export function asPredictions(rated: RatedTexts, levels: number): Prediction[] {
  return Array.from(rated.ratings, (rating, i) => ({
    rating,
    distribution: rated.distribution && Array.from(rated.distribution.subarray(i * levels, (i + 1) * levels)),
    knownTerms: rated.knownTerms[i],
  }));
}
