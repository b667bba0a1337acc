/** Where the biases of a decoder begin. */
import type { RECONSTRUCTION_CODE } from '../kernels/ops.ts';

export type ReconstructionName = keyof typeof RECONSTRUCTION_CODE;

/**
 * Biases such that, with no hidden unit active, every input is reconstructed as its mean: training need not spend its first
 * epoch on how frequent each term is.
 */
export function biasesAtMeans(
  means: Float64Array,
  reconstruction: ReconstructionName,
  targetScale: number,
): Float32Array {
  return Float32Array.from(means, (mean) => {
    const x = Math.min(1 - 1e-6, Math.max(1e-6, mean * targetScale));
    if (reconstruction === 'sigmoid') return Math.log(x / (1 - x));
    return reconstruction === 'softplus' ? Math.log(Math.expm1(x)) : x;
  });
}
