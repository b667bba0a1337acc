/**
 * The optimizers as operations on tensors: rows of weights are taken from the arena with their state, moved along their
 * gradient, and put back. The constants of each step are the engine's own (network/optimizer.ts), and so is the layout of
 * the state, which a checkpoint keeps. The steps in C stand in kernels/optimizer.h.
 */
import { OPTIMIZER_CODE, PANEL, panelCount, panelWidth, stateSize } from '../kernels/ops.ts';
import type { Optimizer } from '../network/optimizer.ts';
import type { Tensor, Tf } from './functions.ts';
import { type PanelRows, putRows, takeRows } from './rows.ts';

export interface Moved {
  readonly weights: PanelRows;
  readonly state: Float32Array;
  /** Rows that are moved. */
  readonly chosen: Uint32Array;
  /** chosen x cols */
  readonly gradient: Tensor;
  /** The rows, where they are tensors already. */
  readonly values?: Tensor;
}

/** @param parameters see `Optimizer`: those of weights or those of biases */
export function moveRows(tf: Tf, { code }: Optimizer, parameters: Float32Array, moved: Moved): void {
  tf.tidy(() => {
    const { weights, chosen } = moved;
    const [rate, beta1, beta2, epsilon, decay, correction1, correction2] = parameters;
    const shape: [number, number] = [chosen.length, weights.cols];
    const before = moved.values ?? tf.tensor2d(takeRows(weights, chosen), shape);
    const g: Tensor = decay === 0 ? moved.gradient : tf.add(moved.gradient, tf.mul(before, decay));
    const state: PanelRows = {
      ...weights,
      data: moved.state,
      parts: code === OPTIMIZER_CODE.adam ? 2 : 1,
    };
    const takeState = (part: number): Tensor => tf.tensor2d(takeRows(state, chosen, part), shape);
    const put = (into: PanelRows, values: Tensor, part = 0): void =>
      putRows(into, chosen, values.dataSync() as Float32Array, part);
    let step: Tensor;
    if (code === OPTIMIZER_CODE.adagrad || code === OPTIMIZER_CODE.rmsprop) {
      step = tf.mul(g, rowFactors(tf, code, moved, g, parameters));
    } else if (code === OPTIMIZER_CODE.adam) {
      const m: Tensor = tf.add(tf.mul(takeState(0), beta1), tf.mul(g, 1 - beta1));
      const v: Tensor = tf.add(tf.mul(takeState(1), beta2), tf.mul(tf.square(g), 1 - beta2));
      put(state, m, 0);
      put(state, v, 1);
      step = tf.div(tf.mul(m, rate * correction1), tf.add(tf.sqrt(tf.mul(v, correction2)), epsilon));
    } else {
      const velocity: Tensor = tf.add(tf.mul(takeState(0), beta1), g);
      put(state, velocity);
      step = tf.mul(velocity, rate);
    }
    put(weights, tf.sub(before, step));
  });
}

/** adagrad and rmsprop have one step size for each row of a panel. @returns what each weight's gradient is multiplied by */
function rowFactors(
  tf: Tf,
  code: number,
  { weights, state, chosen }: Moved,
  gradient: Tensor,
  [rate, , beta2, epsilon]: Float32Array,
): Tensor {
  const { rows, cols, width } = weights;
  const panels = panelCount(width);
  const inPanel = new Float32Array(cols * panels);
  for (let c = 0; c < cols; c++) inPanel[c * panels + Math.floor(c / PANEL)] = 1;
  const panelOf = tf.tensor2d(inPanel, [cols, panels]);
  const squares = tf.matMul(tf.square(gradient), panelOf).dataSync();
  const factors = new Float32Array(chosen.length * panels);
  chosen.forEach((row, i) => {
    for (let p = 0; p < panels; p++) {
      const at = (p * rows + row) * stateSize(code, 1);
      const square = squares[i * panels + p] / panelWidth(p, width);
      let size: number;
      if (code === OPTIMIZER_CODE.adagrad) size = state[at] += square;
      else {
        state[at] = beta2 * state[at] + (1 - beta2) * square;
        state[at + 1] = beta2 * state[at + 1] + (1 - beta2);
        size = state[at] / state[at + 1];
      }
      factors[i * panels + p] = rate / (Math.sqrt(size) + epsilon);
    }
  });
  return tf.matMul(tf.tensor2d(factors, [chosen.length, panels]), tf.transpose(panelOf)) as Tensor;
}
