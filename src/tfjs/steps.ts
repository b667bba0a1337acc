/**
 * A layer's part of a minibatch in tensors: products over the columns that occur in the minibatch (rows.ts), written so that
 * every product has its factors the right way round. tfjs' WASM backend has a fast product for those alone; one with a
 * factor to be transposed takes 15 to 30 times as long (4000 x 1000 by 128, one core), longer than transposing the smaller
 * factor before.
 *
 * Weights stay in the arena between minibatches: a minibatch moves the rows of its own terms, and replacing rows of a
 * tensor would copy the whole of it, with its optimizer state three times.
 */

import type { Matrix } from '../network/matrix.ts';
import { type ActivationSettings, type Layer, negateFrom } from '../network/network.ts';
import type { Optimizer } from '../network/optimizer.ts';
import type { SparseBatch } from '../network/sparse-batch.ts';
import type { LayerState, LayerSteps, Reconstruction } from '../network/steps.ts';
import { activation, derivative, reconstructionCost, type Tensor, type Tf } from './functions.ts';
import { moveRows } from './optimizer.ts';
import {
  biasColumn,
  biasRow,
  ColumnSet,
  denseBatch,
  eachEntry,
  minibatchOf,
  type PanelRows,
  putEntries,
  putRows,
  rowsOf,
  takeRows,
  upTo,
} from './rows.ts';

const BIAS = upTo(1);

export class TensorSteps implements LayerSteps {
  private readonly tf: Tf;
  private readonly backend: string;
  private readonly sets = new Map<number, ColumnSet>();

  /** @param backend as tfjs calls it; it is ready */
  constructor(tf: Tf, backend: string) {
    this.tf = tf;
    this.backend = backend;
  }

  affine(x: SparseBatch, { weights, bias }: Layer, out: Matrix): void {
    const { tf } = this;
    this.compute(() => {
      const { columns, values } = denseBatch(x, this.setFor(x.cols));
      const b = this.take(biasRow(bias, weights.cols), BIAS);
      const product =
        columns.length === 0
          ? tf.zeros([x.rows, weights.cols])
          : tf.matMul(tf.tensor2d(values, [x.rows, columns.length]), this.take(rowsOf(weights), columns));
      this.put(minibatchOf(out, x.rows), tf.add(product, b));
    });
  }

  activate(settings: ActivationSettings, z: Matrix, h: Matrix, rows: number): void {
    const { tf } = this;
    this.compute(() => {
      const value = activation[settings.activation](tf, this.takeAll(z, rows), settings.alpha);
      this.put(minibatchOf(h, rows), this.signed(settings, value));
    });
  }

  activateBackward(
    settings: ActivationSettings,
    dH: Matrix,
    z: Matrix,
    h: Matrix,
    rows: number,
    l1: number,
  ): void {
    const { tf } = this;
    this.compute(() => {
      const slope = derivative[settings.activation](tf, this.takeAll(z, rows), settings.alpha);
      let g = this.takeAll(dH, rows);
      if (l1 > 0) g = tf.add(g, tf.mul(tf.sign(this.takeAll(h, rows)), l1));
      this.put(minibatchOf(dH, rows), this.signed(settings, tf.mul(g, slope)));
    });
  }

  learn(
    { weights, bias }: Layer,
    { weightState, biasState }: LayerState,
    optimizer: Optimizer,
    x: SparseBatch,
    dZ: Matrix,
    dInput?: Matrix,
  ): void {
    const { tf } = this;
    const { weightParameters, biasParameters } = optimizer;
    this.compute(() => {
      const { columns: chosen, places, values } = denseBatch(x, this.setFor(x.cols));
      const dOut = this.takeAll(dZ, x.rows);
      if (chosen.length > 0) {
        const before = this.take(rowsOf(weights), chosen);
        if (dInput) {
          putEntries(dInput, x, places, floats(tf.matMul(before, tf.transpose(dOut))));
        }
        const gradient: Tensor = tf.tidy(() =>
          tf.matMul(tf.transpose(tf.tensor2d(values, [x.rows, chosen.length])), dOut),
        );
        const moved = { weights: rowsOf(weights), state: weightState, chosen, gradient, values: before };
        moveRows(tf, optimizer, weightParameters, moved);
      } else dInput?.data.fill(0, 0, x.rows * dInput.width);
      const gradient: Tensor = tf.sum(dOut, 0, true);
      const biases = { weights: biasRow(bias, weights.cols), state: biasState, chosen: BIAS, gradient };
      moveRows(tf, optimizer, biasParameters, biases);
    });
  }

  reconstruct(given: Reconstruction): number {
    const { tf } = this;
    const { x, h, dH, optimizer } = given;
    return this.compute(() => {
      const { columns: chosen, target, weight } = this.targets(given);
      const values = this.take(rowsOf(given.weights), chosen);
      const bias = this.take(biasColumn(given.bias), chosen);
      const codes = this.takeAll(h, x.rows);
      const shape: [number, number] = [chosen.length, x.rows];
      // All of it with the terms as rows: terms x reviews.
      const { costs, delta } = tf.tidy(() => {
        const f: Tensor = tf.add(tf.matMul(values, tf.transpose(codes)), bias);
        const targets = tf.tensor2d(target, shape);
        const w = tf.tensor2d(weight, shape);
        const one = reconstructionCost[given.strategy](tf, f, targets);
        return {
          costs: tf.sum(tf.mul(one.cost, w), 1),
          delta: tf.mul(tf.mul(one.derivative, w), 1 / x.rows) as Tensor,
        };
      });
      const sum: Tensor = tf.add(this.takeAll(dH, x.rows), tf.matMul(tf.transpose(delta), values));
      this.put(minibatchOf(dH, x.rows), sum);
      moveRows(tf, optimizer, optimizer.weightParameters, {
        weights: rowsOf(given.weights),
        state: given.weightState,
        chosen,
        gradient: tf.matMul(delta, codes),
        values,
      });
      moveRows(tf, optimizer, optimizer.biasParameters, {
        weights: biasColumn(given.bias),
        state: given.biasState,
        chosen,
        gradient: tf.sum(delta, 1, true),
        values: bias,
      });
      return floats(costs).reduce((a, b) => a + b, 0);
    });
  }

  /** The terms that are reconstructed for some review; for each and each review its target and its weight in the cost. */
  private targets({ x, noisy, terms, termWeight, everyEntry, targetScale }: Reconstruction): {
    columns: Uint32Array;
    target: Float32Array;
    weight: Float32Array;
  } {
    const set = this.setFor(x.cols);
    set.clear();
    for (const term of terms) set.placeOf(term);
    const listed = everyEntry ? [x, noisy] : [];
    for (const batch of listed) {
      eachEntry(batch, (_, column) => {
        set.placeOf(column);
      });
    }
    const { columns } = set;
    const target = new Float32Array(columns.length * x.rows);
    const weight = new Float32Array(columns.length * x.rows);
    termWeight.forEach((w, i) => {
      weight.fill(w, i * x.rows, (i + 1) * x.rows);
    });
    eachEntry(x, (row, column, value) => {
      const place = set.find(column);
      if (place >= 0) target[place * x.rows + row] = value * targetScale;
    });
    for (const batch of listed) {
      eachEntry(batch, (row, column) => {
        weight[set.find(column) * x.rows + row] = 1;
      });
    }
    return { columns, target, weight };
  }

  /** Runs on this backend, whichever the process uses besides, and leaves no tensor behind. */
  private compute<T>(run: () => T): T {
    const { tf } = this;
    // The promise is that of a backend which is ready: the change is made when the call returns.
    if (tf.getBackend() !== this.backend) void tf.setBackend(this.backend);
    let result: T;
    tf.tidy(() => {
      result = run();
    });
    return result!;
  }

  private setFor(cols: number): ColumnSet {
    let set = this.sets.get(cols);
    if (!set) {
      set = new ColumnSet(cols);
      this.sets.set(cols, set);
    }
    return set;
  }

  private take(rows: PanelRows, chosen: Uint32Array): Tensor {
    return this.tf.tensor2d(takeRows(rows, chosen), [chosen.length, rows.cols]);
  }

  private takeAll(matrix: Matrix, rows: number): Tensor {
    return this.take(minibatchOf(matrix, rows), upTo(rows));
  }

  private put(into: PanelRows, values: Tensor): void {
    putRows(into, upTo(into.rows), floats(values));
  }

  /** The outputs of half of the units times -1, if the settings say so; gradients likewise. */
  private signed(settings: ActivationSettings, value: Tensor): Tensor {
    if (!settings.negateHalf) return value;
    const units = value.shape[1];
    const from = negateFrom(settings, units);
    const signs = Float32Array.from({ length: units }, (_, unit) => (unit < from ? 1 : -1));
    return this.tf.mul(value, this.tf.tensor2d(signs, [1, units]));
  }
}

function floats(tensor: { dataSync(): unknown }): Float32Array {
  return tensor.dataSync() as Float32Array;
}
