/** Ratings of many reviews, minibatch by minibatch, and the sparsity of what was computed on the way. */
import { StarlingError } from '../errors.ts';
import type { Engine } from '../kernels/engine.ts';
import { type CsrMatrix, entryCount, sparsity } from '../sparse/csr.ts';
import { forward, Workspace } from './forward.ts';
import { type Head, ratingsOf } from './heads.ts';
import type { Network } from './network.ts';

export interface NetworkPredictions {
  readonly ratings: Float64Array;
  /** rows x levels, row-major; null for the linear head. */
  readonly distribution: Float64Array | null;
  /** Fraction of exact zeros (paper: sparsity): of the input, and of each hidden layer's outputs. */
  readonly sparsity: { readonly input: number; readonly hidden: readonly number[] };
}

/**
 * Predicts the given rows of x (all, if none are given), in order.
 * @param space scratch memory; its capacity is the minibatch size and does not change any result
 * @throws StarlingError BAD_MODEL when a rating is no number: weights from a file may be of any size
 */
export function predictRows(...given: Parameters<typeof runRows>): NetworkPredictions {
  const predictions = runRows(...given);
  const bad = predictions.ratings.findIndex((rating) => !Number.isFinite(rating));
  if (bad < 0) return predictions;
  throw new StarlingError(
    'BAD_MODEL',
    `the model rates a review with ${predictions.ratings[bad]}: its weights are too large, or damaged`,
    'Train the model again, or copy it again.',
  );
}

/**
 * `predictRows` with scratch memory of its own, which is given back.
 * @param batch minibatch size; it does not change any result
 */
export function predictOnce(
  engine: Engine,
  network: Network,
  head: Head,
  batch: number,
  x: CsrMatrix,
  rows?: ArrayLike<number>,
): NetworkPredictions {
  const mark = engine.arena.mark();
  const predictions = predictRows(engine, network, head, new Workspace(engine, network, batch), x, rows);
  engine.arena.release(mark);
  return predictions;
}

/** The same as `predictRows`, whatever comes out: in training, a rating that is no number says that it has diverged. */
export function runRows(
  engine: Engine,
  network: Network,
  head: Head,
  space: Workspace,
  x: CsrMatrix,
  rows?: ArrayLike<number>,
): NetworkPredictions {
  const count = rows ? rows.length : x.rows;
  const ratings = new Float64Array(count);
  const levels = head.levels.length;
  const distribution = head.kind === 'softmax' ? new Float64Array(count * levels) : null;
  const nonZero = new Float64Array(network.layers.length);
  let inputEntries = 0;
  for (let at = 0; at < count; at += space.capacity) {
    const size = Math.min(space.capacity, count - at);
    const part = Uint32Array.from({ length: size }, (_, i) => (rows ? rows[at + i] : at + i));
    space.input.load(x, part);
    forward(engine, network, space);
    ratingsOf(
      head,
      space.out,
      size,
      ratings.subarray(at, at + size),
      distribution?.subarray(at * levels, (at + size) * levels),
    );
    inputEntries += space.input.entries;
    space.layers.forEach((layer, i) => {
      nonZero[i] += layer.codes.entries;
    });
  }
  return {
    ratings,
    distribution,
    sparsity: {
      input:
        rows === undefined && entryCount(x) > 0
          ? sparsity(x)
          : 1 - inputEntries / Math.max(1, count * x.cols),
      hidden: network.layers.map((layer, i) => 1 - nonZero[i] / Math.max(1, count * layer.weights.cols)),
    },
  };
}

/** The weighted mean of two models' predictions of the same rows, on the same levels. The sparsity is that of the first. */
export function blendPredictions<
  T extends { readonly ratings: Float64Array; readonly distribution: Float64Array | null },
>(first: T, second: Omit<T, 'sparsity'>, shareOfSecond: number): T {
  return {
    ...first,
    ratings: blend(first.ratings, second.ratings, shareOfSecond),
    distribution:
      first.distribution &&
      second.distribution &&
      blend(first.distribution, second.distribution, shareOfSecond),
  };
}

/** The weighted mean of two lists of equal length, entry by entry. @param shareOfB 0 to 1; a has the rest */
export function blend(a: Float64Array, b: Float64Array, shareOfB: number): Float64Array {
  return a.map((value, i) => value + shareOfB * (b[i] - value));
}
