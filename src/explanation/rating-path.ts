/**
 * The rating as a function of the head's outputs, in float64, and its gradient averaged over a straight stretch of
 * outputs: what an exact split of a change of the rating needs. Averaged, not at a point: then the products of the
 * average with the changes of the outputs sum to the change of the rating.
 */
import type { Head } from '../network/heads.ts';

/** Nodes and weights of the Gauss-Legendre rule with 6 points, on 0 to 1. */
const NODES = [0.03376524289842397, 0.16939530676686776, 0.3806904069584015];
const WEIGHTS = [0.08566224618958518, 0.18038078652406928, 0.23395696728634552];
const RULE = [
  ...NODES.map((at, i) => ({ at, weight: WEIGHTS[i] })),
  ...NODES.map((at, i) => ({ at: 1 - at, weight: WEIGHTS[i] })),
];

/** The softmax, or null for the linear head. */
export function distributionAt(head: Head, outputs: Float64Array): Float64Array | null {
  if (head.kind === 'linear') return null;
  const most = outputs.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const p = outputs.map((output) => Math.exp(output - most));
  const sum = p.reduce((a, b) => a + b, 0);
  return p.map((value) => value / sum);
}

/** Expected level, or the linear head's rating, which is kept on the scale. */
export function ratingAt(head: Head, outputs: Float64Array): number {
  const { levels, mean, std } = head;
  const p = distributionAt(head, outputs);
  if (p) return p.reduce((sum, share, k) => sum + share * levels[k], 0);
  return Math.min(levels[levels.length - 1], Math.max(levels[0], mean + std * outputs[0]));
}

/**
 * Adds to `into` the gradient of the rating by the outputs, averaged from `from` to `to` along the line between them,
 * times `factor`. Exact but for rounding: the rule's error over a stretch of length 1 in each logit is below 1e-12.
 */
export function addAverageGradient(
  head: Head,
  from: Float64Array,
  to: Float64Array,
  factor: number,
  into: Float64Array,
): void {
  if (head.kind === 'linear') {
    into[0] += factor * averageSlope(head, from[0], to[0]);
    return;
  }
  const change = to.map((value, k) => value - from[k]);
  const largest = Math.max(...change);
  const least = Math.min(...change);
  const parts = Math.max(1, Math.ceil(largest - least));
  const at = new Float64Array(from.length);
  for (let part = 0; part < parts; part++) {
    for (const { at: node, weight } of RULE) {
      const share = (part + node) / parts;
      for (let k = 0; k < at.length; k++) at[k] = from[k] + share * change[k];
      const p = distributionAt(head, at)!;
      const rating = p.reduce((sum, value, k) => sum + value * head.levels[k], 0);
      const scale = (factor * weight) / parts;
      for (let k = 0; k < at.length; k++) into[k] += scale * p[k] * (head.levels[k] - rating);
    }
  }
}

/** Of the linear head: its slope is std within the scale and 0 beyond the ends. */
function averageSlope({ levels, mean, std }: Head, from: number, to: number): number {
  const [low, high] = [levels[0], levels[levels.length - 1]];
  const a = mean + std * from;
  const b = mean + std * to;
  if (Math.max(a, b) <= low || Math.min(a, b) >= high) return 0;
  // Not the quotient of the differences, which loses its digits where the rating hardly changes.
  if (Math.min(a, b) >= low && Math.max(a, b) <= high) return std;
  const kept = (rating: number): number => Math.min(high, Math.max(low, rating));
  return (kept(b) - kept(a)) / (to - from);
}
