/**
 * What a term says of the rating, before anything is trained: the magnitude of the log-count ratio of naive Bayes (Wang and Manning
 * 2012, "Baselines and Bigrams", section 2), with ratings in place of two classes. A linear model on presence times this
 * learns from few reviews what matters, since a term that occurs as often under every rating has next to no weight.
 */
import type { CsrMatrix } from '../sparse/csr.ts';

/** Reviews of each side in which every term is taken to occur beforehand (the paper's alpha). */
const SMOOTHING = 1;
/** Digits of a weight: enough, and short in a file. */
const DIGITS = 4;

/**
 * |ln((p / sum p) / (q / sum q))| for each term: p counts its occurrences in well rated reviews, q in badly rated ones. A review
 * belongs to both sides, by where its rating z lies on the scale from 0 to 1: z^2 to (1 - z)^2, which is sharper than z
 * itself and keeps the middle undecided.
 * @param x binary, reviews x terms @param ratings one per row of x @param scale its lowest and highest rating
 */
export function termWeights(
  x: CsrMatrix,
  ratings: ArrayLike<number>,
  scale: readonly [lowest: number, highest: number],
): number[] {
  const well = new Float64Array(x.cols).fill(SMOOTHING);
  const badly = new Float64Array(x.cols).fill(SMOOTHING);
  const [lowest, highest] = scale;
  for (let row = 0; row < x.rows; row++) {
    const z = highest > lowest ? (ratings[row] - lowest) / (highest - lowest) : 0.5;
    const share = z ** 2 / (z ** 2 + (1 - z) ** 2);
    for (let e = x.rowStart[row]; e < x.rowStart[row + 1]; e++) {
      well[x.columns[e]] += share;
      badly[x.columns[e]] += 1 - share;
    }
  }
  const sum = (counts: Float64Array): number => counts.reduce((a, b) => a + b, 0);
  const odds = sum(badly) / sum(well);
  return Array.from(well, (p, term) =>
    Number(Math.abs(Math.log((p / badly[term]) * odds)).toPrecision(DIGITS)),
  );
}
