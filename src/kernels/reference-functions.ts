/** The scalar functions of the network in float64: activations with their derivatives, and reconstruction costs. */
import { ACTIVATION_CODE, OPTIMIZER_CODE, RECONSTRUCTION_CODE } from './ops.ts';

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** Leaky integrate-and-fire rate with E = V_r = 0 and R = V_th = tau = t_ref = 1 (Glorot et al. 2011, section 2). */
const lif = (z: number): number => (z > 1 ? 1 / (Math.log1p(1 / (z - 1)) + 1) : 0);

/** The activation's value; codes as in ACTIVATION_CODE. */
export function activationOf(z: number, kind: number, alpha: number): number {
  switch (kind) {
    case ACTIVATION_CODE.rectifier:
      return Math.max(z, 0);
    case ACTIVATION_CODE.softplus:
      return softplus(z * alpha) / alpha;
    case ACTIVATION_CODE.tanh:
      return Math.tanh(z);
    case ACTIVATION_CODE.sigmoid:
      return sigmoid(z);
    case ACTIVATION_CODE.leaky:
      return z > 0 ? z : 0.01 * z;
    default:
      return lif(z);
  }
}

/** The activation's derivative by its input. */
export function derivativeOf(z: number, kind: number, alpha: number): number {
  switch (kind) {
    case ACTIVATION_CODE.rectifier:
      return z > 0 ? 1 : 0;
    case ACTIVATION_CODE.softplus:
      return sigmoid(z * alpha);
    case ACTIVATION_CODE.tanh:
      return 1 - Math.tanh(z) ** 2;
    case ACTIVATION_CODE.sigmoid:
      return sigmoid(z) * (1 - sigmoid(z));
    case ACTIVATION_CODE.leaky:
      return z > 0 ? 1 : 0.01;
    default:
      return z > 1 ? lif(z) ** 2 / (z * (z - 1)) : 0;
  }
}

/** Cost of reconstructing x from the pre-activation f, and its derivative by f (Glorot et al. 2011, section 3.2). */
export function reconstructionCost(
  f: number,
  x: number,
  strategy: number,
): { cost: number; derivative: number } {
  switch (strategy) {
    case RECONSTRUCTION_CODE.sigmoid:
      return { cost: softplus(f) - x * f, derivative: sigmoid(f) - x };
    case RECONSTRUCTION_CODE.softplus:
      return { cost: (softplus(f) - x) ** 2, derivative: 2 * (softplus(f) - x) * sigmoid(f) };
    case RECONSTRUCTION_CODE.linear:
      return { cost: (f - x) ** 2, derivative: 2 * (f - x) };
    default:
      return { cost: (Math.max(f, 0) - x) ** 2, derivative: f > 0 ? 2 * (f - x) : 0 };
  }
}

/** Zero for a moment that is too small to move a weight: see `settle` in optimizer.h. */
function settle(moment: number): number {
  return Math.abs(moment) < 1e-30 ? 0 : moment;
}

/** The optimizers: see `step` in optimizer.h. Moves F[at + i] by the gradient g, i < n. */
export function optimizerStep(
  F: Float32Array,
  n: number,
  at: number,
  g: number[],
  state: number,
  kind: number,
  param: number,
): void {
  const [rate, beta1, beta2, epsilon, decay, correction1, correction2] = F.subarray(param / 4, param / 4 + 7);
  for (let i = 0; i < n; i++) g[i] += decay * F[at + i];
  const meanSquare = (): number => g.reduce((sum, x) => sum + x * x, 0) / n;
  if (kind === OPTIMIZER_CODE.adagrad) {
    F[state] += meanSquare();
    for (let i = 0; i < n; i++) F[at + i] -= (rate / (Math.sqrt(F[state]) + epsilon)) * g[i];
  } else if (kind === OPTIMIZER_CODE.rmsprop) {
    F[state] = settle(beta2 * F[state] + (1 - beta2) * meanSquare());
    F[state + 1] = beta2 * F[state + 1] + (1 - beta2);
    const size = Math.sqrt(F[state] / F[state + 1]) + epsilon;
    for (let i = 0; i < n; i++) F[at + i] -= (rate / size) * g[i];
  } else if (kind === OPTIMIZER_CODE.adam) {
    for (let i = 0; i < n; i++) {
      F[state + i] = settle(beta1 * F[state + i] + (1 - beta1) * g[i]);
      F[state + n + i] = settle(beta2 * F[state + n + i] + (1 - beta2) * g[i] * g[i]);
      const root = Math.sqrt(F[state + n + i] * correction2);
      F[at + i] -= (rate * F[state + i] * correction1) / (root + epsilon);
    }
  } else {
    for (let i = 0; i < n; i++) {
      F[state + i] = settle(beta1 * F[state + i] + g[i]);
      F[at + i] -= rate * F[state + i];
    }
  }
}
