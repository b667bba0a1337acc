/**
 * The heads: from the outputs of the last layer to a rating and a cost. Small dense arithmetic in float64.
 * softmax: p over the levels (stars), rating = sum of level_k p_k, cost = cross-entropy with a target that lies on the
 * two levels next to the rating (on one, when the rating is a level), and, with a weight, the squared error of the rating in units of
 * the ratings' variance: cross-entropy alone does not know that 2 is nearer to 1 than 5 is. linear: rating = mean + std o, cost = (o - t)^2
 * with t the standardised rating.
 */
import { paddedWidth } from '../kernels/ops.ts';
import type { Matrix } from './matrix.ts';

export interface RatingTarget {
  /** Level indices and the share of the upper one, 0 to 1. */
  readonly low: Uint32Array;
  readonly high: Uint32Array;
  readonly weightHigh: Float64Array;
  /** (rating - mean) / std, for the linear head. */
  readonly standardised: Float64Array;
}

export interface Head {
  readonly kind: 'softmax' | 'linear';
  readonly levels: readonly number[];
  /** Of the training ratings; the linear head's unit. */
  readonly mean: number;
  readonly std: number;
}

/** Outputs that a head needs. */
export function headOutputs(head: Pick<Head, 'kind' | 'levels'>): number {
  return head.kind === 'softmax' ? head.levels.length : 1;
}

/** The softmax of row `row` into `p`. Heads have few outputs, but may fill several panels: see panelIndex. */
function softmaxRow(out: Matrix, rows: number, row: number, p: Float64Array): void {
  let most = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < p.length; k++) {
    p[k] = out.data[outputIndex(out, rows, row, k)];
    if (p[k] > most) most = p[k];
  }
  let sum = 0;
  for (let k = 0; k < p.length; k++) {
    p[k] = Math.exp(p[k] - most);
    sum += p[k];
  }
  for (let k = 0; k < p.length; k++) p[k] /= sum;
}

/** The rating that the probabilities expect: sum of level_k p_k. */
function expectedLevel(p: Float64Array, levels: readonly number[]): number {
  let expected = 0;
  for (let k = 0; k < p.length; k++) expected += p[k] * levels[k];
  return expected;
}

function outputIndex(out: Matrix, rows: number, row: number, k: number): number {
  const panel = k >> 6;
  return panel * 64 * rows + row * Math.min(64, paddedWidth(out.cols) - panel * 64) + (k & 63);
}

/**
 * Ratings of the first `rows` rows of the head's outputs.
 * @param distribution receives rows x levels probabilities (softmax head only)
 */
export function ratingsOf(
  head: Head,
  out: Matrix,
  rows: number,
  ratings: Float64Array,
  distribution?: Float64Array,
): void {
  const p = new Float64Array(head.levels.length);
  for (let row = 0; row < rows; row++) {
    if (head.kind === 'linear') {
      // No review has a rating beyond the scale, so a prediction there can only be moved nearer.
      const rating = head.mean + head.std * out.data[outputIndex(out, rows, row, 0)];
      ratings[row] = Math.min(head.levels[head.levels.length - 1], Math.max(head.levels[0], rating));
      continue;
    }
    softmaxRow(out, rows, row, p);
    ratings[row] = expectedLevel(p, head.levels);
    distribution?.set(p, row * p.length);
  }
}

/**
 * Cost of the minibatch and its gradient by the outputs.
 * @param targets and @param reviews the target of row r is that of review reviews[r]
 * @param ratingError weight of the squared error of the rating, beside the cross-entropy of the softmax
 * @returns the sum of the rows' costs; dOut receives the gradient of their mean
 */
export function headCost(
  head: Head,
  out: Matrix,
  rows: number,
  targets: RatingTarget,
  reviews: ArrayLike<number>,
  dOut: Matrix,
  ratingError = 0,
): number {
  const { levels } = head;
  const p = new Float64Array(levels.length);
  const scale = ratingError / head.std ** 2;
  let cost = 0;
  for (let row = 0; row < rows; row++) {
    const review = reviews[row];
    if (head.kind === 'linear') {
      const error = out.data[outputIndex(out, rows, row, 0)] - targets.standardised[review];
      cost += error * error;
      dOut.data[outputIndex(out, rows, row, 0)] = (2 * error) / rows;
      continue;
    }
    softmaxRow(out, rows, row, p);
    const { low, high, weightHigh } = targets;
    const share = weightHigh[review];
    const target = levels[low[review]] + share * (levels[high[review]] - levels[low[review]]);
    const rating = expectedLevel(p, levels);
    const error = rating - target;
    cost += scale * error * error;
    for (let k = 0; k < p.length; k++) {
      const t = (k === low[review] ? 1 - share : 0) + (k === high[review] ? share : 0);
      if (t > 0) cost -= t * Math.log(Math.max(p[k], 1e-300));
      const byRating = 2 * scale * error * p[k] * (levels[k] - rating);
      dOut.data[outputIndex(out, rows, row, k)] = (p[k] - t + byRating) / rows;
    }
  }
  return cost;
}
