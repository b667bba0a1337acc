/**
 * One denoising autoencoder: encoder h = activation(x~ W + b), decoder f = W' h + c with weights of its own, and a
 * reconstruction strategy. It trains on minibatches it is handed and knows nothing of epochs or of other layers.
 *
 * A minibatch costs what its entries cost: forward and update of the encoder over the words that survived the
 * corruption, decoder over the words of the reviews and the sampled zeros.
 */
import type { Engine } from '../kernels/engine.ts';
import { ACTIVATION_CODE, RECONSTRUCTION_CODE } from '../kernels/ops.ts';
import { updateRows } from '../network/backward.ts';
import { activate, affine } from '../network/forward.ts';
import { Growing } from '../network/growing.ts';
import { createMatrix, type Matrix } from '../network/matrix.ts';
import { type ActivationSettings, createLayer, type Layer, negateFrom } from '../network/network.ts';
import { Optimizer, type OptimizerSettings } from '../network/optimizer.ts';
import { type SparseBatch, Transpose } from '../network/sparse-batch.ts';
import type { RandomStream } from '../random.ts';
import { Corruption } from './corruption.ts';
import { ReconstructionSampler } from './reconstruction-samples.ts';

export type ReconstructionName = keyof typeof RECONSTRUCTION_CODE;

export interface AutoencoderSettings extends ActivationSettings {
  readonly reconstruction: ReconstructionName;
  /** Zeros sampled per minibatch; 0 reconstructs every entry. */
  readonly samples: number;
  readonly masking: number;
  readonly salt: number;
  /** Penalty on the hidden outputs: l1 times the sum of their magnitudes, per review. */
  readonly l1: number;
  /** Factor that brings the targets into [0, 1]. */
  readonly targetScale: number;
  readonly optimizer: OptimizerSettings;
}

/** Terms reconstructed at a time when all are: bounds the scratch memory. */
const FULL_RANGE = 1024;

export class Autoencoder {
  readonly encoder: Layer;
  /** inputs x units: row i reconstructs input i. */
  readonly decoder: Matrix;
  readonly decoderBias: Float32Array;
  private readonly engine: Engine;
  private readonly settings: AutoencoderSettings;
  private readonly optimizer: Optimizer;
  private readonly corruption: Corruption;
  private readonly z: Matrix;
  private readonly h: Matrix;
  private readonly dH: Matrix;
  private readonly encoderState: Float32Array;
  private readonly encoderBiasState: Float32Array;
  private readonly decoderState: Float32Array;
  private readonly decoderBiasState: Float32Array;
  private readonly transpose: Transpose;
  private readonly mark: Uint32Array;
  private readonly sampler: ReconstructionSampler | null;
  private readonly samples: Uint32Array;
  private readonly sampleWeight: Float32Array;
  private readonly rowStart: Uint32Array;
  private readonly columns: Growing<Uint32Array>;
  private readonly target: Growing<Float32Array>;
  private readonly weight: Growing<Float32Array>;
  private readonly partial: Growing<Float32Array>;
  private readonly delta: Growing<Float32Array>;
  private readonly deltaByRow: Growing<Float32Array>;
  private readonly costs: Growing<Float32Array>;

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
    this.decoder = createLayer(arena, inputs, units, stream.split('decoder')).weights;
    this.decoderBias = arena.f32(inputs);
    this.optimizer = new Optimizer(engine, settings.optimizer);
    this.corruption = new Corruption(engine, capacity, inputs, settings.masking, settings.salt);
    this.z = createMatrix(arena, capacity, units);
    this.h = createMatrix(arena, capacity, units);
    this.dH = createMatrix(arena, capacity, units);
    this.encoderState = this.optimizer.stateOf(engine, encoder.weights);
    this.encoderBiasState = this.optimizer.biasStateOf(engine, encoder.weights.width);
    this.decoderState = this.optimizer.stateOf(engine, this.decoder);
    this.decoderBiasState = arena.f32(2 * inputs);
    this.transpose = new Transpose(engine, inputs);
    this.mark = arena.u32(inputs);
    const sampled = settings.samples > 0 && settings.samples < inputs;
    this.sampler = sampled ? new ReconstructionSampler(means, settings.samples, stream.split('order')) : null;
    this.samples = arena.u32(this.sampler?.most ?? 0);
    this.sampleWeight = arena.f32(this.sampler?.most ?? 0);
    this.beginAtMeans(means);
    this.rowStart = arena.u32(capacity + 1);
    this.columns = Growing.u32(arena);
    this.target = Growing.f32(arena);
    this.weight = Growing.f32(arena);
    this.partial = Growing.f32(arena);
    this.delta = Growing.f32(arena);
    this.deltaByRow = Growing.f32(arena);
    this.costs = Growing.f32(arena);
  }

  /**
   * Sets the decoder's biases so that, with no hidden unit active, every input is reconstructed as its mean: training
   * need not spend its first epoch on how frequent each term is.
   */
  private beginAtMeans(means: Float64Array): void {
    const { reconstruction, targetScale } = this.settings;
    means.forEach((mean, i) => {
      const x = Math.min(1 - 1e-6, Math.max(1e-6, mean * targetScale));
      if (reconstruction === 'sigmoid') this.decoderBias[i] = Math.log(x / (1 - x));
      else if (reconstruction === 'softplus') this.decoderBias[i] = Math.log(Math.expm1(x));
      else this.decoderBias[i] = x;
    });
  }

  /**
   * One step on a minibatch.
   * @param reviews number of each row's review, which with the stream decides its corruption
   * @param rate factor of the learning rate
   * @returns the sum of the reviews' costs (estimated, when sampled), penalties not included
   */
  train(x: SparseBatch, reviews: ArrayLike<number>, stream: RandomStream, rate = 1): number {
    const { engine, encoder, settings, optimizer } = this;
    optimizer.beginStep(rate);
    const noisy = this.corruption.draw(engine, x, reviews, stream);
    affine(engine, noisy, encoder, this.z);
    activate(engine, settings, this.z, this.h, x.rows);
    const cost = this.decode(x, noisy, stream);
    engine.run(
      'activate_backward',
      this.dH.panels,
      this.dH.data.byteOffset,
      this.z.data.byteOffset,
      this.h.data.byteOffset,
      x.rows,
      this.z.width,
      this.z.cols,
      ACTIVATION_CODE[settings.activation],
      settings.alpha,
      negateFrom(settings, this.z.cols),
      settings.l1 / x.rows,
    );
    this.transpose.of(engine, noisy);
    updateRows(engine, optimizer, encoder.weights, this.encoderState, this.transpose, noisy, this.dH);
    engine.run(
      'bias_update',
      encoder.weights.panels,
      encoder.bias.byteOffset,
      this.dH.data.byteOffset,
      x.rows,
      encoder.weights.width,
      optimizer.code,
      this.encoderBiasState.byteOffset,
      optimizer.biasParameters.byteOffset,
    );
    return cost;
  }

  /** Reconstruction, its cost and the decoder's step; leaves the gradient by the hidden outputs in dH. */
  private decode(x: SparseBatch, noisy: SparseBatch, stream: RandomStream): number {
    const inputs = this.decoder.rows;
    const count = this.sampler?.draw(stream.split('zeros'), this.samples, this.sampleWeight) ?? 0;
    const range = this.sampler ? inputs : FULL_RANGE;
    let cost = 0;
    for (let from = 0; from < inputs; from += range) {
      const to = Math.min(inputs, from + range);
      const most = x.rows * (this.sampler ? count : to - from) + x.entries + noisy.entries + 1;
      this.assemble(x, noisy, from, to, count, most);
      cost += this.reconstruct(x.rows, from > 0);
    }
    return cost;
  }

  private assemble(
    x: SparseBatch,
    noisy: SparseBatch,
    from: number,
    to: number,
    count: number,
    most: number,
  ): void {
    this.engine.run(
      'assemble',
      1,
      x.rows,
      x.rowStart.byteOffset,
      x.columns.byteOffset,
      x.valuesAddress,
      noisy.rowStart.byteOffset,
      noisy.columns.byteOffset,
      from,
      to,
      this.sampler ? this.samples.byteOffset : 0,
      this.sampleWeight.byteOffset,
      count,
      this.settings.targetScale,
      this.mark.byteOffset,
      this.rowStart.byteOffset,
      this.columns.atLeast(most).byteOffset,
      this.target.atLeast(most).byteOffset,
      this.weight.atLeast(most).byteOffset,
    );
  }

  /** Decodes the assembled entries. @param accumulate add to dH instead of beginning it */
  private reconstruct(rows: number, accumulate: boolean): number {
    const { engine, decoder, transpose, optimizer } = this;
    const entries = this.rowStart[rows];
    transpose.build(engine, rows, decoder.rows, this.rowStart, this.columns.current);
    const partial = this.partial.atLeast(entries * decoder.panels);
    const delta = this.delta.atLeast(entries);
    const deltaByRow = this.deltaByRow.atLeast(entries);
    const costs = this.costs.atLeast(transpose.chunks);
    const { terms, termStart, entryRow, entryPos, termCount, chunks } = transpose;
    engine.run(
      'rows_dot',
      decoder.panels,
      partial.byteOffset,
      entries,
      decoder.data.byteOffset,
      decoder.rows,
      decoder.width,
      this.h.data.byteOffset,
      rows,
      termCount,
      terms.byteOffset,
      termStart.byteOffset,
      entryRow.byteOffset,
    );
    engine.run(
      'reconstruct',
      chunks,
      transpose.chunkStart.byteOffset,
      partial.byteOffset,
      entries,
      decoder.panels,
      terms.byteOffset,
      termStart.byteOffset,
      entryPos.byteOffset,
      this.target.current.byteOffset,
      this.weight.current.byteOffset,
      this.decoderBias.byteOffset,
      this.decoderBiasState.byteOffset,
      RECONSTRUCTION_CODE[this.settings.reconstruction],
      1 / rows,
      optimizer.code,
      optimizer.biasParameters.byteOffset,
      delta.byteOffset,
      deltaByRow.byteOffset,
      costs.byteOffset,
    );
    engine.run(
      'rows_sum',
      decoder.panels,
      this.dH.data.byteOffset,
      rows,
      decoder.data.byteOffset,
      decoder.rows,
      decoder.width,
      0,
      this.rowStart.byteOffset,
      this.columns.current.byteOffset,
      deltaByRow.byteOffset,
      accumulate ? 1 : 0,
    );
    engine.run(
      'rows_update',
      decoder.panels,
      decoder.data.byteOffset,
      decoder.rows,
      decoder.width,
      this.h.data.byteOffset,
      rows,
      termCount,
      terms.byteOffset,
      termStart.byteOffset,
      entryRow.byteOffset,
      delta.byteOffset,
      optimizer.code,
      this.decoderState.byteOffset,
      optimizer.weightParameters.byteOffset,
    );
    let cost = 0;
    for (let k = 0; k < chunks; k++) cost += costs[k];
    return cost;
  }
}
