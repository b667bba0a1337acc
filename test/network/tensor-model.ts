/** The dense model in TensorFlow.js, for its automatic differentiation. */
import type { Activation, DenseNetwork, Minibatch } from './dense-model.ts';
import { tf } from './tfjs.ts';

/** The activation of a tensor; `units` columns, the second half negated if the settings say so. */
export function tensorActivation(settings: Activation, z: tf.Tensor, units: number): tf.Tensor {
  const { activation, alpha, negateHalf } = settings;
  const active = (): tf.Tensor => {
    switch (activation) {
      case 'rectifier':
        return tf.relu(z);
      case 'softplus':
        return tf.div(tf.softplus(tf.mul(z, alpha)), alpha);
      case 'tanh':
        return tf.tanh(z);
      case 'sigmoid':
        return tf.sigmoid(z);
      case 'leaky':
        return tf.leakyRelu(z, 0.01);
      case 'lif': {
        // Below the threshold the logarithm is no number, and its gradient would spoil the zero: 2 stands in there.
        const above = tf.step(tf.sub(z, 1));
        const safe = tf.add(tf.mul(z, above), tf.sub(2, tf.mul(2, above)));
        return tf.mul(above, tf.div(1, tf.add(tf.log(tf.div(safe, tf.sub(safe, 1))), 1)));
      }
    }
  };
  if (!negateHalf) return active();
  const signs = Array.from({ length: units }, (_, u) => (u < Math.ceil(units / 2) ? 1 : -1));
  return tf.mul(active(), tf.tensor1d(signs));
}

/** denseCost(...).total, from tensors in the order of parametersOf. */
export function tensorCost(network: DenseNetwork, batch: Minibatch, parameters: tf.Tensor[]): tf.Scalar {
  const { rows, kind, masks, l1 } = batch;
  const inputs = batch.x.length / rows;
  let x: tf.Tensor = tf.tensor2d(Float32Array.from(batch.x), [rows, inputs]);
  let penalty: tf.Tensor = tf.scalar(0);
  network.layers.forEach((layer, i) => {
    const z = tf.add(tf.matMul(x as tf.Tensor2D, parameters[2 * i] as tf.Tensor2D), parameters[2 * i + 1]);
    x = tensorActivation(network, z, layer.units);
    const mask = masks[i] ? tf.tensor2d(Float32Array.from(masks[i]), [rows, layer.units]) : null;
    const counted = mask ? tf.mul(x, tf.sign(mask)) : x;
    penalty = tf.add(penalty, tf.mul(tf.sum(tf.abs(counted)), l1));
    if (mask) x = tf.mul(x, mask);
  });
  const [weights, bias] = parameters.slice(-2);
  const out = tf.add(tf.matMul(x as tf.Tensor2D, weights as tf.Tensor2D), bias);
  const targets = tf.tensor2d(Float32Array.from(batch.targets), [rows, network.head.units]);
  const cost =
    kind === 'softmax'
      ? tf.neg(tf.sum(tf.mul(targets, tf.logSoftmax(out))))
      : tf.sum(tf.squaredDifference(out, targets));
  return tf.div(tf.add(cost, penalty), rows) as tf.Scalar;
}
