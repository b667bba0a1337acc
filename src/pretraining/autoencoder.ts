/**
 * One denoising autoencoder: encoder h = activation(x~ W + b), decoder f = W' h + c with weights of its own, and a
 * reconstruction strategy. It trains on minibatches it is handed and knows nothing of epochs or of other layers.
 *
 * A minibatch costs what its entries cost: forward and update of the encoder over the words that survived the
 * corruption, decoder over the words of the reviews and the sampled terms, times the units that are active.
 */
import type { Saved } from '../checkpoint/checkpoint.ts';
import type { Engine } from '../kernels/engine.ts';
import { learnLayer } from '../network/backward.ts';
import { activate, activateBackward, affine } from '../network/forward.ts';
import { createMatrix, type Matrix } from '../network/matrix.ts';
import { type ActivationSettings, type Layer, zeroIsInactive } from '../network/network.ts';
import { Optimizer, type OptimizerSettings } from '../network/optimizer.ts';
import { type SparseBatch, Transpose } from '../network/sparse-batch.ts';
import { type LayerState, stepsOf } from '../network/steps.ts';
import type { RandomStream } from '../random.ts';
import { Corruption } from './corruption.ts';
import { Decoder, type DecoderSettings } from './decoder.ts';

export type { ReconstructionName } from './decoder.ts';

export interface AutoencoderSettings extends ActivationSettings, DecoderSettings {
  readonly masking: number;
  readonly salt: number;
  /** Penalty on the hidden outputs: l1 times the sum of their magnitudes, per review. */
  readonly l1: number;
  readonly optimizer: OptimizerSettings;
}

export class Autoencoder {
  readonly encoder: Layer;
  private readonly engine: Engine;
  private readonly settings: AutoencoderSettings;
  private readonly optimizer: Optimizer;
  private readonly corruption: Corruption;
  private readonly reconstruction: Decoder;
  private readonly z: Matrix;
  private readonly h: Matrix;
  private readonly dH: Matrix;
  private readonly encoderState: LayerState;
  private readonly transpose: Transpose;

  /**
   * @param encoder is trained in place; allocated by the caller so that it outlives the rest
   * @param capacity most reviews of a minibatch
   * @param means of the inputs over the corpus
   */
  constructor(
    engine: Engine,
    encoder: Layer,
    capacity: number,
    settings: AutoencoderSettings,
    means: Float64Array,
    stream: RandomStream,
  ) {
    const { arena } = engine;
    const inputs = encoder.weights.rows;
    const units = encoder.weights.cols;
    this.engine = engine;
    this.settings = settings;
    this.encoder = encoder;
    this.optimizer = new Optimizer(engine, settings.optimizer);
    this.corruption = new Corruption(engine, capacity, inputs, settings.masking, settings.salt);
    this.reconstruction = new Decoder(
      engine,
      inputs,
      units,
      capacity,
      settings,
      this.optimizer,
      means,
      stream,
    );
    this.z = createMatrix(arena, capacity, units);
    this.h = createMatrix(arena, capacity, units);
    this.dH = createMatrix(arena, capacity, units);
    this.encoderState = {
      weightState: this.optimizer.stateOf(engine, encoder.weights),
      biasState: this.optimizer.biasStateOf(engine, encoder.weights.width),
    };
    this.transpose = new Transpose(engine, inputs);
  }

  /** inputs x units: row i reconstructs input i. */
  get decoder(): Matrix {
    return this.reconstruction.weights;
  }

  get decoderBias(): Float32Array {
    return this.reconstruction.bias;
  }

  /** What it has learned beside its encoder, and the optimizer's state: what a checkpoint keeps. */
  state(): Record<string, Float32Array> {
    return {
      ...this.reconstruction.state(),
      'encoder.optimizer.weights': this.encoderState.weightState,
      'encoder.optimizer.bias': this.encoderState.biasState,
    };
  }

  /** Goes on after that many minibatches, from a state of then. */
  goOnAfter(steps: number, saved: Saved): void {
    this.optimizer.goOnAfter(steps);
    saved.fill(this.state());
  }

  /** Fraction of exact zeros of the hidden outputs for reviews as they are, without noise. Learns nothing. */
  sparsityOf(x: SparseBatch): number {
    affine(this.engine, x, this.encoder, this.z);
    activate(this.engine, this.settings, this.z, this.h, x.rows);
    const outputs = this.h.data.subarray(0, x.rows * this.h.width);
    let nonZero = 0;
    for (const value of outputs) if (value !== 0) nonZero++; // the padding of the panels is zero
    return 1 - nonZero / (x.rows * this.h.cols);
  }

  /**
   * One step on a minibatch.
   * @param reviews number of each row's review, which with the stream decides its corruption
   * @param rate factor of the learning rate
   * @returns the sum of the reviews' costs (estimated, when sampled), penalties not included
   */
  train(x: SparseBatch, reviews: ArrayLike<number>, stream: RandomStream, rate = 1): number {
    const { engine, encoder, settings, optimizer, dH } = this;
    optimizer.beginStep(rate);
    const noisy = this.corruption.draw(engine, x, reviews, stream);
    if (!stepsOf(engine)) engine.meanwhile(() => this.transpose.of(engine, noisy));
    affine(engine, noisy, encoder, this.z);
    activate(engine, settings, this.z, this.h, x.rows);
    const allUnits = !zeroIsInactive(settings.activation);
    const cost = this.reconstruction.learn(x, noisy, this.h, dH, allUnits, stream);
    activateBackward(engine, settings, dH, this.z, this.h, x.rows, settings.l1 / x.rows);
    learnLayer(engine, encoder, this.encoderState, optimizer, this.transpose, noisy, dH);
    return cost;
  }
}
