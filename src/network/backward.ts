/**
 * The backward pass with the optimizer's step. The gradient of a layer's inputs is computed only where a unit is active;
 * weights move only in the rows that the minibatch touched. Layers learn from the head down, each layer's input
 * gradient being taken before its weights move.
 */
import type { Engine } from '../kernels/engine.ts';
import { activateBackward, applyDropout, type Dropout, type Workspace } from './forward.ts';
import { Growing } from './growing.ts';
import { createMatrix, type Matrix } from './matrix.ts';
import type { Layer, Network } from './network.ts';
import type { Optimizer } from './optimizer.ts';
import { type SparseBatch, type TermEntries, Transpose } from './sparse-batch.ts';
import { type LayerState, stepsOf } from './steps.ts';

interface LayerGradient extends LayerState {
  /** Of the layer's input. */
  readonly transpose: Transpose;
}

export class Backward {
  private readonly gradients: readonly LayerGradient[];
  private readonly headGradient: LayerGradient;
  /** Gradient by each hidden layer's output, then by its pre-activation; batch x units. */
  private readonly dHidden: readonly Matrix[];
  /** Gradient by the head's outputs: filled by the caller. batch x outputs. */
  readonly dOut: Matrix;
  private readonly partial: Growing<Float32Array>;
  private readonly engine: Engine;
  private readonly network: Network;
  private readonly optimizer: Optimizer;

  constructor(engine: Engine, network: Network, optimizer: Optimizer, capacity: number) {
    this.engine = engine;
    this.network = network;
    this.optimizer = optimizer;
    const gradientOf = (layer: Layer): LayerGradient => ({
      weightState: optimizer.stateOf(engine, layer.weights),
      biasState: optimizer.biasStateOf(engine, layer.weights.width),
      transpose: new Transpose(engine, layer.weights.rows),
    });
    this.gradients = network.layers.map(gradientOf);
    this.headGradient = gradientOf(network.head);
    this.dHidden = network.layers.map((layer) => createMatrix(engine.arena, capacity, layer.weights.cols));
    this.dOut = createMatrix(engine.arena, capacity, network.head.weights.cols);
    this.partial = Growing.f32(engine.arena);
  }

  /** The optimizer's state of every layer and of the head: what a checkpoint keeps. */
  state(): Record<string, Float32Array> {
    const named = [...this.gradients, this.headGradient].flatMap(({ weightState, biasState }, i) => [
      [`optimizer.${i}.weights`, weightState],
      [`optimizer.${i}.bias`, biasState],
    ]);
    return Object.fromEntries(named);
  }

  /**
   * One step from the gradient in `dOut`, for the minibatch of the last `forward` with training.
   * @param l1 penalty on the hidden outputs, already divided by the number of reviews in the minibatch
   */
  step(space: Workspace, l1: number, dropout?: Dropout): void {
    const { engine, network } = this;
    const rows = space.input.rows;
    for (let i = network.layers.length; i >= 0; i--) {
      const layer = network.layers[i] ?? network.head;
      const gradient = this.gradients[i] ?? this.headGradient;
      const dZ = this.dHidden[i] ?? this.dOut;
      if (i === 0) {
        this.learn(layer, gradient, space.input, dZ);
        return;
      }
      const { z, h, codes } = space.layers[i - 1];
      const dInput = this.dHidden[i - 1];
      this.learn(layer, gradient, codes, dZ, dInput);
      if (dropout) applyDropout(engine, dInput, rows, dropout, i - 1);
      activateBackward(engine, network, dInput, z, h, rows, l1);
    }
  }

  /** Moves a layer along the gradient dZ by its outputs. @param dInput receives the gradient by the layer's input */
  private learn(
    layer: Layer,
    gradient: LayerGradient,
    input: SparseBatch,
    dZ: Matrix,
    dInput?: Matrix,
  ): void {
    const { engine, optimizer } = this;
    const { transpose } = gradient;
    const steps = stepsOf(engine);
    if (steps) {
      steps.learn(layer, gradient, optimizer, input, dZ, dInput);
      return;
    }
    transpose.of(engine, input);
    if (dInput) this.inputGradient(layer, transpose, input, dZ, dInput);
    moveLayer(engine, layer, gradient, optimizer, transpose, input, dZ);
  }

  /** dInput[row][unit] = dZ[row] . W[unit] for the entries of the input; zero elsewhere. */
  private inputGradient(
    layer: Layer,
    transpose: Transpose,
    input: SparseBatch,
    dZ: Matrix,
    dInput: Matrix,
  ): void {
    const { engine } = this;
    const { weights } = layer;
    const entries = input.entries;
    const partial = this.partial.atLeast(entries * weights.panels + 1);
    engine.run(
      'rows_dot',
      weights.panels,
      partial.byteOffset,
      entries,
      weights.data.byteOffset,
      weights.rows,
      weights.width,
      dZ.data.byteOffset,
      input.rows,
      transpose.termCount,
      transpose.terms.byteOffset,
      transpose.termStart.byteOffset,
      transpose.entryRow.byteOffset,
    );
    dInput.data.fill(0, 0, input.rows * dInput.width);
    engine.run(
      'scatter_sum',
      transpose.chunks,
      transpose.chunkStart.byteOffset,
      dInput.data.byteOffset,
      input.rows,
      dInput.width,
      partial.byteOffset,
      entries,
      weights.panels,
      transpose.terms.byteOffset,
      transpose.termStart.byteOffset,
      transpose.entryRow.byteOffset,
      0,
    );
  }
}

/**
 * Moves the rows of `weights` that a sparse input touches along inputᵀ dZ.
 * @param values address of the input's values in the order of the transpose; 0 when they are all 1
 * @param rows reviews in the minibatch
 * @param dX receives, added to it, values times the rows as they were: where the values are the gradient by the products of
 *   these rows with those of `dZ`, the gradient by the latter
 */
export function updateRows(
  engine: Engine,
  optimizer: Optimizer,
  weights: Matrix,
  state: Float32Array,
  transpose: TermEntries,
  values: number,
  dZ: Matrix,
  rows: number,
  dX?: Matrix,
): void {
  engine.run(
    'rows_update',
    weights.panels,
    weights.data.byteOffset,
    weights.rows,
    weights.width,
    dZ.data.byteOffset,
    rows,
    transpose.termCount,
    transpose.terms.byteOffset,
    transpose.termStart.byteOffset,
    transpose.entryRow.byteOffset,
    values,
    dX?.data.byteOffset ?? 0,
    optimizer.code,
    state.byteOffset,
    optimizer.weightParameters.byteOffset,
  );
}

/**
 * Moves a layer that only learns, without a gradient for what is below it.
 * @param transpose of x; not looked at where the engine has steps of its own
 */
export function learnLayer(
  engine: Engine,
  layer: Layer,
  state: LayerState,
  optimizer: Optimizer,
  transpose: Transpose,
  x: SparseBatch,
  dZ: Matrix,
): void {
  const steps = stepsOf(engine);
  if (steps) {
    steps.learn(layer, state, optimizer, x, dZ);
    return;
  }
  moveLayer(engine, layer, state, optimizer, transpose, x, dZ);
}

/**
 * Moves a layer's weight rows that a sparse input touches along inputᵀ dZ, and its biases.
 * @param transpose of the input
 */
function moveLayer(
  engine: Engine,
  { weights, bias }: Layer,
  { weightState, biasState }: LayerState,
  optimizer: Optimizer,
  transpose: Transpose,
  input: SparseBatch,
  dZ: Matrix,
): void {
  const values = transpose.values(engine, input);
  updateRows(engine, optimizer, weights, weightState, transpose, values, dZ, input.rows);
  engine.run(
    'bias_update',
    weights.panels,
    bias.byteOffset,
    dZ.data.byteOffset,
    input.rows,
    weights.width,
    optimizer.code,
    biasState.byteOffset,
    optimizer.biasParameters.byteOffset,
  );
}
