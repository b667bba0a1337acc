/**
 * The forward pass of a minibatch. All scratch memory is in a Workspace, so that the network is only read. The hidden
 * outputs are kept twice: dense, and as sparse rows of their non-zeros, which is what the next layer reads.
 */
import type { Engine } from '../kernels/engine.ts';
import { ACTIVATION_CODE } from '../kernels/ops.ts';
import type { RandomStream } from '../random.ts';
import { createMatrix, type Matrix } from './matrix.ts';
import { type ActivationSettings, type Layer, type Network, negateFrom, zeroIsInactive } from './network.ts';
import { SparseBatch } from './sparse-batch.ts';
import { stepsOf } from './steps.ts';

export interface LayerSpace {
  /** Pre-activations and outputs, batch x units. */
  readonly z: Matrix;
  readonly h: Matrix;
  readonly codes: SparseBatch;
}

/** Scratch memory for minibatches of up to `capacity` reviews. */
export class Workspace {
  readonly capacity: number;
  readonly input: SparseBatch;
  readonly layers: readonly LayerSpace[];
  /** Outputs of the head, batch x outputs. */
  readonly out: Matrix;

  constructor(engine: Engine, network: Network, capacity: number) {
    this.capacity = capacity;
    this.input = new SparseBatch(engine, capacity, network.inputs);
    this.layers = network.layers.map((layer) => layerSpace(engine, layer, capacity));
    this.out = createMatrix(engine.arena, capacity, network.head.weights.cols);
  }
}

export function layerSpace(engine: Engine, layer: Layer, capacity: number): LayerSpace {
  const units = layer.weights.cols;
  return {
    z: createMatrix(engine.arena, capacity, units),
    h: createMatrix(engine.arena, capacity, units),
    codes: new SparseBatch(engine, capacity, units),
  };
}

/**
 * Share of non-zeros from which the dense product is faster than the one that skips zeros. Measured for 128 x 1000 x
 * 1000 with WebAssembly: 7.8 ms dense, 4.0 to 5.6 ms for 30 % non-zeros, 7.1 to 7.9 for 70 %; with AVX-512 3.2 to 3.5 ms dense,
 * 1.5 to 1.8 for 30 %, 2.9 to 3.4 for 70 %. Both add in the same order, so the choice changes no bit of the result.
 */
const DENSE_FROM = 0.67;

/**
 * out = x W + b for the rows of x.
 * @param dense the same x as a matrix, where there is one: it is used when x has few zeros
 */
export function affine(engine: Engine, x: SparseBatch, layer: Layer, out: Matrix, dense?: Matrix): void {
  const steps = stepsOf(engine);
  if (steps) {
    steps.affine(x, layer, out);
    return;
  }
  const { weights, bias } = layer;
  if (dense && x.entries > DENSE_FROM * x.rows * x.cols) {
    engine.run(
      'dense_product',
      weights.panels,
      out.data.byteOffset,
      x.rows,
      weights.data.byteOffset,
      weights.rows,
      weights.width,
      bias.byteOffset,
      dense.data.byteOffset,
      dense.width,
      0,
    );
    return;
  }
  engine.run(
    'rows_sum',
    weights.panels,
    out.data.byteOffset,
    x.rows,
    weights.data.byteOffset,
    weights.rows,
    weights.width,
    bias.byteOffset,
    x.rowStart.byteOffset,
    x.columns.byteOffset,
    x.valuesAddress,
  );
}

/** h = activation(z) for the first `rows` rows. */
export function activate(
  engine: Engine,
  settings: ActivationSettings,
  z: Matrix,
  h: Matrix,
  rows: number,
): void {
  const steps = stepsOf(engine);
  if (steps) {
    steps.activate(settings, z, h, rows);
    return;
  }
  engine.run(
    'activate',
    z.panels,
    z.data.byteOffset,
    h.data.byteOffset,
    rows,
    z.width,
    z.cols,
    ACTIVATION_CODE[settings.activation],
    settings.alpha,
    negateFrom(settings, z.cols),
  );
}

/** dH, the gradient by h, becomes that by z, with the gradient of the penalty l1 times the magnitudes of h. */
export function activateBackward(
  engine: Engine,
  settings: ActivationSettings,
  dH: Matrix,
  z: Matrix,
  h: Matrix,
  rows: number,
  l1: number,
): void {
  const steps = stepsOf(engine);
  if (steps) {
    steps.activateBackward(settings, dH, z, h, rows, l1);
    return;
  }
  engine.run(
    'activate_backward',
    dH.panels,
    dH.data.byteOffset,
    z.data.byteOffset,
    h.data.byteOffset,
    rows,
    z.width,
    z.cols,
    ACTIVATION_CODE[settings.activation],
    settings.alpha,
    negateFrom(settings, z.cols),
    l1,
  );
}

export interface Dropout {
  /** Probability that an output is dropped, 0 to below 1. */
  readonly probability: number;
  /** Of this minibatch. */
  readonly stream: RandomStream;
}

/** Multiplies by the mask of a layer (or, on gradients, does so again): see `dropout` in activations.c. */
export function applyDropout(engine: Engine, x: Matrix, rows: number, dropout: Dropout, layer: number): void {
  const threshold = Math.round(dropout.probability * 65536);
  if (threshold === 0) return;
  const { key0, key1 } = dropout.stream.split('dropout', layer);
  engine.run('dropout', x.panels, x.data.byteOffset, rows, x.width, threshold, key0, key1);
}

/**
 * Runs the hidden layers and the head on `space.input`; the result is in `space.out`.
 * @param training keep every entry whose gradient is needed, not only the non-zeros
 */
export function forward(
  engine: Engine,
  network: Network,
  space: Workspace,
  training?: { readonly dropout?: Dropout },
): void {
  let x = space.input;
  let dense: Matrix | undefined;
  network.layers.forEach((layer, i) => {
    const { z, h, codes } = space.layers[i];
    affine(engine, x, layer, z, dense);
    activate(engine, network, z, h, x.rows);
    if (training?.dropout) applyDropout(engine, h, x.rows, training.dropout, i);
    codes.compress(engine, h, x.rows, training !== undefined && !zeroIsInactive(network.activation));
    x = codes;
    dense = h;
  });
  affine(engine, x, network.head, space.out, dense);
}
