/**
 * The network: weights and shape. Not how it computes (forward.ts) nor how it learns (backward.ts).
 * A layer maps n inputs to m units: z = x W + b, h = activation(z). The last layer is the head, without activation.
 */
import type { Arena } from '../kernels/arena.ts';
import type { Engine } from '../kernels/engine.ts';
import { paddedWidth } from '../kernels/ops.ts';
import type { Options } from '../options.ts';
import type { RandomStream } from '../random.ts';
import { createMatrix, type Matrix, setRowMajor, toRowMajor } from './matrix.ts';

export type ActivationName = Options['activation'];

export interface ActivationSettings {
  readonly activation: ActivationName;
  /** Sharpness of the softplus. */
  readonly alpha: number;
  /** Multiply the outputs of the second half of the units by -1 (the paper's symmetric variant). */
  readonly negateHalf: boolean;
}

export interface Layer {
  /** inputs x units */
  readonly weights: Matrix;
  /** One per unit, padded to the width. */
  readonly bias: Float32Array;
}

export interface Network extends ActivationSettings {
  readonly inputs: number;
  readonly layers: readonly Layer[];
  readonly head: Layer;
}

export interface NetworkShape extends ActivationSettings {
  readonly inputs: number;
  readonly hidden: readonly number[];
  readonly outputs: number;
}

/** First unit whose output is negated. */
export function negateFrom(settings: ActivationSettings, units: number): number {
  return settings.negateHalf ? Math.ceil(units / 2) : units + 64;
}

/**
 * True when a unit whose output is an exact zero has the derivative zero too, so that its gradient need not be
 * computed at all.
 */
export function zeroIsInactive(activation: ActivationName): boolean {
  return activation === 'rectifier' || activation === 'lif';
}

/** Uniform in ±bound: the element (r, c) is number r cols + c of the stream. */
function fillUniform(engine: Engine, matrix: Matrix, stream: RandomStream, bound: number): void {
  const { data, rows, width, cols } = matrix;
  const { key0, key1 } = stream;
  engine.run('fill_uniform', matrix.panels, data.byteOffset, rows, width, cols, key0, key1, bound);
}

/** A layer with zero biases and weights uniform in ±sqrt(6 / (inputs + units)), the authors' initialisation. */
export function createLayer(engine: Engine, inputs: number, units: number, stream: RandomStream): Layer {
  const weights = createMatrix(engine.arena, inputs, units);
  const bound = Math.sqrt(6 / (inputs + units));
  fillUniform(engine, weights, stream, bound);
  return { weights, bias: engine.arena.f32(paddedWidth(units)) };
}

/** A network with random weights; layers that are given (pre-trained) are taken instead. */
export function createNetwork(
  engine: Engine,
  shape: NetworkShape,
  stream: RandomStream,
  pretrained: readonly Layer[] = [],
): Network {
  const layers: Layer[] = [];
  let inputs = shape.inputs;
  shape.hidden.forEach((units, i) => {
    layers.push(pretrained[i] ?? createLayer(engine, inputs, units, stream.split('layer', i)));
    inputs = units;
  });
  // A head of zeros predicts the same for every review until it has learned something: the honest beginning.
  const head = {
    weights: createMatrix(engine.arena, inputs, shape.outputs),
    bias: engine.arena.f32(paddedWidth(shape.outputs)),
  };
  if (shape.hidden.length > 0) {
    const bound = 0.1 * Math.sqrt(6 / (inputs + shape.outputs));
    fillUniform(engine, head.weights, stream.split('head'), bound);
  }
  const { activation, alpha, negateHalf } = shape;
  return { inputs: shape.inputs, layers, head, activation, alpha, negateHalf };
}

/** A layer outside of any arena: inputs x units, row-major, and one bias per unit. */
export interface LayerData {
  readonly inputs: number;
  readonly units: number;
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

export function exportLayer(layer: Layer): LayerData {
  const { rows, cols } = layer.weights;
  return { inputs: rows, units: cols, weights: toRowMajor(layer.weights), bias: layer.bias.slice(0, cols) };
}

function share(array: Float32Array): Float32Array {
  const copy = new Float32Array(new SharedArrayBuffer(array.byteLength));
  copy.set(array);
  return copy;
}

/** A copy in shared memory: handed to threads, it is one for all of them instead of one for each. */
export function shareLayer(data: LayerData): LayerData {
  return { ...data, weights: share(data.weights), bias: share(data.bias) };
}

export function importLayer(arena: Arena, data: LayerData): Layer {
  const weights = createMatrix(arena, data.inputs, data.units);
  setRowMajor(weights, data.weights);
  const bias = arena.f32(paddedWidth(data.units));
  bias.set(data.bias);
  return { weights, bias };
}
