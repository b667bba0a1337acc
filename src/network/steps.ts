/**
 * What an engine may do in its own way: a layer's part of a minibatch, all of it at once. An engine that brings such steps
 * (src/tfjs) trains and runs the same network by other arithmetic; all others run kernels. Weights, optimizer states,
 * minibatches and results lie in the engine's arena either way, so that loops, early stopping, checkpoints and model
 * folders are the same code. Where the steps are used stands beside the kernels that they replace.
 */
import type { Engine } from '../kernels/engine.ts';
import type { RECONSTRUCTION_CODE } from '../kernels/ops.ts';
import type { Matrix } from './matrix.ts';
import type { ActivationSettings, Layer } from './network.ts';
import type { Optimizer } from './optimizer.ts';
import type { SparseBatch } from './sparse-batch.ts';

/** The optimizer's state of a layer, laid out as `stateLength` says. */
export interface LayerState {
  readonly weightState: Float32Array;
  readonly biasState: Float32Array;
}

/** Of some terms (inputs), for all reviews of a minibatch. The encoder's part is not in it. */
export interface Reconstruction {
  /** What is to be reconstructed, and what the encoder saw of it. */
  readonly x: SparseBatch;
  readonly noisy: SparseBatch;
  /** batch x units: the encoder's outputs; dH receives, by adding, the gradient by them. */
  readonly h: Matrix;
  readonly dH: Matrix;
  /** inputs x units, and one bias per input with its state (as of matrices of one element each). */
  readonly weights: Matrix;
  readonly bias: Float32Array;
  readonly weightState: Float32Array;
  readonly biasState: Float32Array;
  /** The terms, and by what the cost of each is multiplied. */
  readonly terms: Uint32Array;
  readonly termWeight: Float32Array;
  /** Besides, with the weight 1: the entries of x, and the zeros of x that are no zeros in `noisy`. */
  readonly everyEntry: boolean;
  readonly strategy: keyof typeof RECONSTRUCTION_CODE;
  /** Factor that brings the targets into [0, 1]. */
  readonly targetScale: number;
  readonly optimizer: Optimizer;
}

export interface LayerSteps {
  /** out = x W + b */
  affine(x: SparseBatch, layer: Layer, out: Matrix): void;
  /** h = activation(z) for the first `rows` rows. */
  activate(settings: ActivationSettings, z: Matrix, h: Matrix, rows: number): void;
  /** dH, the gradient by h, becomes that by z; l1 times the sign of h is added before. */
  activateBackward(
    settings: ActivationSettings,
    dH: Matrix,
    z: Matrix,
    h: Matrix,
    rows: number,
    l1: number,
  ): void;
  /**
   * Moves the weight rows that x touches, and all biases, along the gradient dZ by the layer's outputs.
   * @param dInput receives the gradient by the entries of x, from the weights as they were; zero elsewhere
   */
  learn(
    layer: Layer,
    state: LayerState,
    optimizer: Optimizer,
    x: SparseBatch,
    dZ: Matrix,
    dInput?: Matrix,
  ): void;
  /** Moves the decoder's rows and biases of the reconstructed terms. @returns the sum of the reviews' costs */
  reconstruct(reconstruction: Reconstruction): number;
}

/** An engine that brings its own steps. */
export interface SteppingEngine extends Engine {
  readonly steps: LayerSteps;
}

/** The engine's own steps; undefined when kernels do the work. */
export function stepsOf(engine: Engine): LayerSteps | undefined {
  return (engine as Partial<SteppingEngine>).steps;
}
