/**
 * Before anything is timed: do the peers compute what they should? All of them begin at the same weights, so that the
 * cost of the first reviews, uncorrupted, can be compared with a plain float64 computation.
 */
import { DECODER_SALT, hashedUniform, readCsr } from './exchange.mjs';

const CHECKED_REVIEWS = 32;
const TOLERANCE = 1e-4;

/** Mean cross-entropy of the reconstruction of the first reviews at the weights of hashedUniform. */
export function firstCost(matrixPath, units) {
  const x = readCsr(matrixPath);
  const bound = Math.sqrt(6 / (x.cols + units));
  const w = hashedUniform(x.cols * units, 0, bound);
  const v = hashedUniform(x.cols * units, DECODER_SALT, bound);
  const means = new Float64Array(x.cols);
  for (const column of x.columns) means[column] += 1 / x.rows;
  let cost = 0;
  for (let r = 0; r < CHECKED_REVIEWS; r++) {
    const present = x.columns.subarray(x.rowStart[r], x.rowStart[r + 1]);
    const h = new Float64Array(units);
    for (const term of present) for (let u = 0; u < units; u++) h[u] += w[term * units + u];
    const target = new Uint8Array(x.cols);
    for (const term of present) target[term] = 1;
    for (let term = 0; term < x.cols; term++) {
      const mean = Math.min(1 - 1e-6, Math.max(1e-6, means[term]));
      let o = Math.log(mean / (1 - mean));
      for (let u = 0; u < units; u++) if (h[u] > 0) o += h[u] * v[term * units + u];
      cost += Math.max(o, 0) - o * target[term] + Math.log1p(Math.exp(-Math.abs(o)));
    }
  }
  return cost / CHECKED_REVIEWS;
}

/** Throws when a contender that reports its first cost is off. */
export function checkFirstCost(name, result, expected) {
  const { firstCost: got } = result;
  if (Math.abs(got - expected) > TOLERANCE * expected) {
    throw new Error(
      `${name} does other work than it should: first cost ${got}, expected ${expected} to ${TOLERANCE} relative`,
    );
  }
}
