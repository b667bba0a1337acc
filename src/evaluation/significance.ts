/**
 * Whether one network is better than another on the same folds and reviews. Folds share their training reviews, so a plain paired
 * t-test over folds finds differences that are none; here its variance is corrected for that (Nadeau and Bengio, "Inference for the
 * generalization error", Machine Learning 52, 2003, equation 9; Bouckaert and Frank 2004 for folds).
 */

export interface PairedTest {
  /** Mean of the differences over the folds. */
  readonly mean: number;
  /** Their standard deviation, with n - 1. */
  readonly std: number;
  /** Confidence interval of the mean, 95 %. */
  readonly interval: readonly [number, number];
  /** Two-sided. */
  readonly p: number;
}

/**
 * The corrected resampled t-test, n - 1 degrees of freedom.
 * @param differences one per fold, at least two
 * @param ratio test reviews of a fold by its training reviews: 1 / (folds - 1)
 */
export function correctedTTest(differences: readonly number[], ratio: number): PairedTest {
  const n = differences.length;
  const mean = differences.reduce((a, b) => a + b, 0) / n;
  const variance = differences.reduce((sum, d) => sum + (d - mean) ** 2, 0) / (n - 1);
  const error = Math.sqrt((1 / n + ratio) * variance);
  const half = error * studentQuantile(n - 1);
  // Without any spread every difference but none at all is certain.
  const p = error > 0 ? studentTail(mean / error, n - 1) : mean === 0 ? 1 : 0;
  return { mean, std: Math.sqrt(variance), interval: [mean - half, mean + half], p };
}

/**
 * Wilcoxon's signed-rank test, by its normal approximation with the correction for ties: for many pairs, such as the squared errors
 * of two networks on thousands of reviews. It takes the two networks as they are, and says nothing about other training reviews.
 * @returns two-sided p; 1 when no pair differs
 */
export function signedRankTest(differences: ArrayLike<number>): number {
  const some = Array.from(differences).filter((d) => d !== 0);
  const n = some.length;
  if (n === 0) return 1;
  some.sort((a, b) => Math.abs(a) - Math.abs(b));
  let positive = 0;
  let ties = 0;
  for (let from = 0; from < n; ) {
    let to = from + 1;
    while (to < n && Math.abs(some[to]) === Math.abs(some[from])) to++;
    const rank = (from + 1 + to) / 2;
    for (let i = from; i < to; i++) if (some[i] > 0) positive += rank;
    ties += (to - from) ** 3 - (to - from);
    from = to;
  }
  const variance = (n * (n + 1) * (2 * n + 1)) / 24 - ties / 48;
  const z = (positive - (n * (n + 1)) / 4) / Math.sqrt(variance);
  return normalTail(z);
}

/** Holm's adjustment: p values of which the family, not each one alone, keeps its level. In the order given. */
export function holmAdjusted(p: readonly number[]): number[] {
  const order = p.map((_, i) => i).sort((a, b) => p[a] - p[b]);
  const adjusted = new Array<number>(p.length);
  let most = 0;
  order.forEach((i, rank) => {
    most = Math.max(most, Math.min(1, (p.length - rank) * p[i]));
    adjusted[i] = most;
  });
  return adjusted;
}

/** P(|T| >= |t|) of Student's distribution. */
export function studentTail(t: number, freedom: number): number {
  return incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5);
}

/** The t beyond which 5 % lie, both sides together; by bisection. */
function studentQuantile(freedom: number): number {
  let [low, high] = [0, 1e3];
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2;
    if (studentTail(middle, freedom) > 0.05) low = middle;
    else high = middle;
  }
  return high;
}

/** P(|Z| >= |z|): the incomplete gamma function of 1/2, which is Student's distribution with very many degrees of freedom. */
function normalTail(z: number): number {
  return studentTail(z, 1e9);
}

/** Regularised incomplete beta function, by its continued fraction (Numerical Recipes, section 6.4). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast on one side of its mean only.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  const tiny = 1e-300;
  const safe = (value: number): number => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / safe(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= 300; m++) {
    for (const factor of [
      (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)),
      (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)),
    ]) {
      d = 1 / safe(1 + factor * d);
      c = safe(1 + factor / c);
      fraction *= d * c;
    }
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return (front * fraction) / a;
}

/** Lanczos' approximation, g = 7 and nine coefficients. */
function logGamma(x: number): number {
  const coefficients = [
    0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
    12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ];
  const t = x + 6.5;
  const sum = coefficients.reduce((total, c, i) => (i === 0 ? c : total + c / (x - 1 + i)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}
