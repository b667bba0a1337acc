/**
 * TensorFlow.js on its plain JavaScript backend: dense float32 with automatic differentiation, the independent oracle of
 * the gradients. Not the engine of anything.
 */
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';

// Without this it advertises its native backend on stderr.
tf.env().set('PROD', true);
await tf.setBackend('cpu');

/** The cost and its gradient by each parameter; nothing is left behind. */
export function costAndGradients(
  parameters: readonly { readonly values: ArrayLike<number>; readonly shape: readonly number[] }[],
  cost: (...parameters: tf.Tensor[]) => tf.Scalar,
): { cost: number; gradients: Float64Array[] } {
  let result = { cost: Number.NaN, gradients: [] as Float64Array[] };
  tf.tidy(() => {
    const tensors = parameters.map(({ values, shape }) => tf.tensor(Float32Array.from(values), [...shape]));
    const { value, grads } = tf.valueAndGrads(cost)(tensors);
    result = {
      cost: value.dataSync()[0],
      gradients: grads.map((grad) => Float64Array.from(grad.dataSync())),
    };
  });
  return result;
}

export { tf };
