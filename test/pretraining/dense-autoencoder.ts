/**
 * A denoising autoencoder as the textbook has it: dense, float64, every output reconstructed, no derivative anywhere;
 * and once more in TensorFlow.js. What the engine's sparse one is compared with.
 */
import type { ReconstructionName } from '../../src/pretraining/autoencoder.ts';
import { type Activation, activate, affine, type DenseLayer } from '../network/dense-model.ts';
import { tensorActivation } from '../network/tensor-model.ts';
import { tf } from '../network/tfjs.ts';

export interface DenseAutoencoder extends Activation {
  readonly encoder: DenseLayer;
  /** inputs x units: row i reconstructs input i. */
  readonly decoder: Float64Array;
  readonly decoderBias: Float64Array;
  readonly reconstruction: ReconstructionName;
}

export interface NoisyMinibatch {
  readonly rows: number;
  /** rows x inputs, row-major: corrupted, and what is to be reconstructed. */
  readonly noisy: Float64Array;
  readonly targets: Float64Array;
  readonly l1: number;
}

/** Cost of reconstructing x from the pre-activation f (Glorot et al. 2011, section 3.2), as the paper writes it. */
function costOf(strategy: ReconstructionName, f: number, x: number): number {
  const sigmoid = 1 / (1 + Math.exp(-f));
  switch (strategy) {
    case 'softplus':
      return (x - Math.log(1 + Math.exp(f))) ** 2;
    case 'sigmoid':
      return -x * Math.log(sigmoid) - (1 - x) * Math.log(1 - sigmoid);
    case 'linear':
      return (x - f) ** 2;
    case 'rectifier':
      return (x - Math.max(0, f)) ** 2;
  }
}

/** Pre-activations of the hidden units and of the reconstruction. */
function run(
  model: DenseAutoencoder,
  batch: NoisyMinibatch,
): { z: Float64Array; h: Float64Array; f: Float64Array } {
  const { encoder, decoder, decoderBias } = model;
  const { inputs, units } = encoder;
  const z = affine(batch.noisy, batch.rows, encoder);
  const h = activate(model, z, units);
  const f = new Float64Array(batch.rows * inputs);
  for (let r = 0; r < batch.rows; r++) {
    for (let i = 0; i < inputs; i++) {
      let sum = decoderBias[i];
      for (let u = 0; u < units; u++) sum += decoder[i * units + u] * h[r * units + u];
      f[r * inputs + i] = sum;
    }
  }
  return { z, h, f };
}

/** The mean cost per review: of the reconstruction, and with the penalty on the hidden outputs. */
export function autoencoderCost(
  model: DenseAutoencoder,
  batch: NoisyMinibatch,
): { reconstruction: number; total: number } {
  const { h, f } = run(model, batch);
  const cost = f.reduce((sum, value, i) => sum + costOf(model.reconstruction, value, batch.targets[i]), 0);
  const penalty = batch.l1 * h.reduce((sum, value) => sum + Math.abs(value), 0);
  return { reconstruction: cost / batch.rows, total: (cost + penalty) / batch.rows };
}

/** The least distance of a hidden unit, or of a rectified reconstruction, from where the cost has no derivative. */
export function distanceFromKink(model: DenseAutoencoder, batch: NoisyMinibatch): number {
  const { z, f } = run(model, batch);
  const kinked = model.reconstruction === 'rectifier' ? [...z, ...f] : [...z];
  return kinked.reduce((least, value) => Math.min(least, Math.abs(value)), Number.POSITIVE_INFINITY);
}

export function autoencoderParameters(model: DenseAutoencoder): Float64Array[] {
  return [model.encoder.weights, model.encoder.bias, model.decoder, model.decoderBias];
}

/** autoencoderCost(...).total, from tensors in the order of autoencoderParameters. */
export function autoencoderTensorCost(
  model: DenseAutoencoder,
  batch: NoisyMinibatch,
  [weights, bias, decoder, decoderBias]: tf.Tensor[],
): tf.Scalar {
  const { inputs, units } = model.encoder;
  const { rows, l1 } = batch;
  const noisy = tf.tensor2d(Float32Array.from(batch.noisy), [rows, inputs]);
  const x = tf.tensor2d(Float32Array.from(batch.targets), [rows, inputs]);
  const h = tensorActivation(model, tf.add(tf.matMul(noisy, weights as tf.Tensor2D), bias), units);
  const f = tf.add(tf.matMul(h as tf.Tensor2D, decoder as tf.Tensor2D, false, true), decoderBias);
  const cost = (): tf.Tensor => {
    switch (model.reconstruction) {
      case 'softplus':
        return tf.squaredDifference(x, tf.softplus(f));
      case 'sigmoid':
        // log sigmoid(f) = -softplus(-f); the library's own logSigmoid does not survive a tidy.
        return tf.add(tf.mul(x, tf.softplus(tf.neg(f))), tf.mul(tf.sub(1, x), tf.softplus(f)));
      case 'linear':
        return tf.squaredDifference(x, f);
      case 'rectifier':
        return tf.squaredDifference(x, tf.relu(f));
    }
  };
  const penalty = tf.mul(tf.sum(tf.abs(h)), l1);
  return tf.div(tf.add(tf.sum(cost()), penalty), rows) as tf.Scalar;
}
