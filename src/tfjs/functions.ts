/**
 * The network's scalar functions and their derivatives as operations on tensors. The derivatives are written out: tfjs could
 * find them itself, but not on every backend (the WASM one has no kernel for some gradients), and no gradient is needed that
 * has to be remembered from one step to the next. What each means stands in kernels/reference-functions.ts.
 */
import type * as tfjs from '@tensorflow/tfjs-core';
import type { ActivationName } from '../network/network.ts';
import type { Reconstruction } from '../network/steps.ts';

export type Tf = typeof tfjs;
export type Tensor = tfjs.Tensor2D;

type Activation = (tf: Tf, z: Tensor, alpha: number) => Tensor;

/** lif(z) for z > 1; elsewhere z is taken for 2, so that nothing is infinite before it is put aside. */
function integrateAndFire(tf: Tf, z: Tensor): { above: Tensor; safe: Tensor; rate: Tensor } {
  const above = tf.greater(z, 1) as Tensor;
  const safe = tf.where(above, z, tf.fill(z.shape, 2)) as Tensor;
  const rate: Tensor = tf.reciprocal(tf.add(tf.log1p(tf.reciprocal(tf.sub(safe, 1))), 1));
  return { above, safe, rate };
}

export const activation: Readonly<Record<ActivationName, Activation>> = {
  rectifier: (tf, z) => tf.relu(z),
  softplus: (tf, z, alpha) => tf.div(tf.softplus(tf.mul(z, alpha)), alpha),
  tanh: (tf, z) => tf.tanh(z),
  sigmoid: (tf, z) => tf.sigmoid(z),
  leaky: (tf, z) => tf.maximum(z, tf.mul(z, 0.01)),
  lif: (tf, z) => {
    const { above, rate } = integrateAndFire(tf, z);
    return tf.where(above, rate, tf.zerosLike(z)) as Tensor;
  },
};

export const derivative: Readonly<Record<ActivationName, Activation>> = {
  rectifier: (tf, z) => tf.step(z),
  softplus: (tf, z, alpha) => tf.sigmoid(tf.mul(z, alpha)),
  tanh: (tf, z) => tf.sub(1, tf.square(tf.tanh(z))),
  sigmoid: (tf, z) => {
    const s = tf.sigmoid(z);
    return tf.mul(s, tf.sub(1, s));
  },
  leaky: (tf, z) => tf.add(tf.mul(tf.step(z), 0.99), 0.01),
  lif: (tf, z) => {
    const { above, safe, rate } = integrateAndFire(tf, z);
    const slope = tf.div(tf.square(rate), tf.mul(safe, tf.sub(safe, 1)));
    return tf.where(above, slope, tf.zerosLike(z)) as Tensor;
  },
};

type Strategy = Reconstruction['strategy'];

/** Cost of reconstructing x from the pre-activation f, and its derivative by f. */
export const reconstructionCost: Readonly<
  Record<Strategy, (tf: Tf, f: Tensor, x: Tensor) => { cost: Tensor; derivative: Tensor }>
> = {
  sigmoid: (tf, f, x) => ({
    cost: tf.sub(tf.softplus(f), tf.mul(x, f)),
    derivative: tf.sub(tf.sigmoid(f), x),
  }),
  softplus: (tf, f, x) => {
    const error: Tensor = tf.sub(tf.softplus(f), x);
    return { cost: tf.square(error), derivative: tf.mul(tf.mul(error, 2), tf.sigmoid(f)) };
  },
  linear: (tf, f, x) => {
    const error: Tensor = tf.sub(f, x);
    return { cost: tf.square(error), derivative: tf.mul(error, 2) };
  },
  rectifier: (tf, f, x) => {
    const error: Tensor = tf.sub(tf.relu(f), x);
    return { cost: tf.square(error), derivative: tf.mul(tf.mul(error, 2), tf.step(f)) };
  },
};
