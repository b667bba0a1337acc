/**
 * The decoder of a denoising autoencoder: f = W' h + c, the cost of the reconstruction, and its own learning.
 *
 * A block of terms is reconstructed for every review of a minibatch: their weight rows are copied with rows and columns
 * exchanged, so that the products run along the block and skip every hidden unit that is zero. With sampling there is
 * one block, the sampled terms; the words of a review that are not in it are reconstructed one by one, so that what is
 * there always counts (Dauphin, Glorot and Bengio 2011). Without sampling, blocks go over all terms.
 */
import type { Engine } from '../kernels/engine.ts';
import { paddedWidth, panelCount, RECONSTRUCTION_CODE } from '../kernels/ops.ts';
import { updateRows } from '../network/backward.ts';
import { Growing } from '../network/growing.ts';
import { createMatrix, type Matrix } from '../network/matrix.ts';
import { createLayer } from '../network/network.ts';
import type { Optimizer } from '../network/optimizer.ts';
import { SparseBatch, Transpose } from '../network/sparse-batch.ts';
import { type Reconstruction, stepsOf } from '../network/steps.ts';
import type { RandomStream } from '../random.ts';
import { biasesAtMeans, type ReconstructionName } from './decoder-bias.ts';
import { ReconstructionSampler } from './reconstruction-samples.ts';

export type { ReconstructionName } from './decoder-bias.ts';

export interface DecoderSettings {
  readonly reconstruction: ReconstructionName;
  /** Terms sampled per minibatch; 0 reconstructs all. */
  readonly samples: number;
  /**
   * With sampling: whether the entries of the input are all reconstructed, and only its zeros sampled (for inputs that
   * are nearly all zero, the default), or everything is sampled alike.
   */
  readonly everyEntry?: boolean;
  /** Factor that brings the targets into [0, 1]. */
  readonly targetScale: number;
}

/** Weights that stay in a cache, of the second or third level, between two kernels that read them. */
const NEAR_BYTES = 2 ** 22;

/** Terms of a block when all are reconstructed: bounds the scratch memory. */
const FULL_BLOCK = 1024;

export class Decoder {
  /** inputs x units: row i reconstructs input i. */
  readonly weights: Matrix;
  readonly bias: Float32Array;
  private readonly engine: Engine;
  private readonly settings: DecoderSettings;
  private readonly optimizer: Optimizer;
  private readonly weightState: Float32Array;
  private readonly biasState: Float32Array;
  private readonly sampler: ReconstructionSampler | null;
  private readonly listing: boolean;
  private readonly terms: Uint32Array;
  private readonly termWeight: Float32Array;
  private readonly place: Uint32Array;
  /** Of the block: its weights (units x block), pre-activations then gradient, targets, weights (batch x block). */
  private readonly block: Matrix;
  private readonly delta: Matrix;
  private readonly target: Matrix;
  private readonly weight: Matrix;
  private readonly gradient: Matrix;
  private readonly costs: Float32Array;
  private readonly codes: SparseBatch;
  private readonly codesByUnit: Transpose;
  /** Address of the codes' values by unit. */
  private codeValues = 0;
  private readonly partial: Growing<Float32Array>;
  /** Of the entries outside the block. */
  private readonly entries: SparseBatch;
  private readonly byTerm: Transpose;
  private readonly entryTarget: Growing<Float32Array>;
  private readonly entryDelta: Growing<Float32Array>;
  private readonly entryCosts: Growing<Float32Array>;

  /** @param capacity most reviews of a minibatch @param means of the inputs over the corpus */
  constructor(
    engine: Engine,
    inputs: number,
    units: number,
    capacity: number,
    settings: DecoderSettings,
    optimizer: Optimizer,
    means: Float64Array,
    stream: RandomStream,
  ) {
    const { arena } = engine;
    this.engine = engine;
    this.settings = settings;
    this.optimizer = optimizer;
    this.weights = createLayer(engine, inputs, units, stream.split('decoder')).weights;
    this.bias = arena.f32(inputs);
    this.bias.set(biasesAtMeans(means, settings.reconstruction, settings.targetScale));
    this.weightState = optimizer.stateOf(engine, this.weights);
    this.biasState = arena.f32(2 * inputs);
    const sampled = settings.samples > 0 && settings.samples < inputs;
    this.sampler = sampled ? new ReconstructionSampler(means, settings.samples, stream.split('order')) : null;
    this.listing = sampled && settings.everyEntry !== false;
    const most = paddedWidth(this.sampler?.most ?? Math.min(inputs, FULL_BLOCK));
    this.terms = arena.u32(most);
    this.termWeight = arena.f32(most);
    this.place = arena.u32(inputs);
    this.block = createMatrix(arena, this.weights.width, most);
    this.delta = createMatrix(arena, capacity, most);
    this.target = createMatrix(arena, capacity, most);
    this.weight = createMatrix(arena, capacity, most);
    this.gradient = createMatrix(arena, this.weights.width, most);
    this.costs = arena.f32(panelCount(most));
    this.codes = new SparseBatch(engine, capacity, units);
    this.codesByUnit = new Transpose(engine, units);
    this.partial = Growing.f32(arena);
    this.entries = new SparseBatch(engine, capacity, inputs);
    this.byTerm = new Transpose(engine, inputs);
    this.entryTarget = Growing.f32(arena);
    this.entryDelta = Growing.f32(arena);
    this.entryCosts = Growing.f32(arena);
  }

  /** What it has learned, and the optimizer's state: what a checkpoint keeps. */
  state(): Record<string, Float32Array> {
    const { weights, bias, weightState, biasState } = this;
    return {
      'decoder.weights': weights.data,
      'decoder.bias': bias,
      'decoder.optimizer.weights': weightState,
      'decoder.optimizer.bias': biasState,
    };
  }

  /**
   * Reconstructs the minibatch from its hidden outputs and learns from it.
   * @param h hidden outputs, batch x units @param dH receives the gradient by them
   * @param allUnits whether units with an output of zero need a gradient too
   * @returns the sum of the reviews' costs, estimated when sampled
   */
  learn(
    x: SparseBatch,
    noisy: SparseBatch,
    h: Matrix,
    dH: Matrix,
    allUnits: boolean,
    stream: RandomStream,
  ): number {
    const inputs = this.weights.rows;
    const steps = stepsOf(this.engine);
    this.engine.meanwhile(() => {
      dH.data.fill(0, 0, x.rows * dH.width);
      if (steps) return;
      this.codes.compress(this.engine, h, x.rows, allUnits);
    });
    const learnBlock = (count: number, isFirst = true): number =>
      steps
        ? steps.reconstruct(this.reconstruction(x, noisy, h, dH, count))
        : this.learnBlock(x, noisy, dH, count, isFirst);
    if (!this.sampler) {
      let cost = 0;
      for (let from = 0; from < inputs; from += FULL_BLOCK) {
        const count = Math.min(FULL_BLOCK, inputs - from);
        for (let s = 0; s < count; s++) this.terms[s] = from + s;
        this.termWeight.fill(1, 0, count);
        cost += learnBlock(count, from === 0);
      }
      return cost;
    }
    const count = this.sampler.draw(stream.split('zeros'), this.terms, this.termWeight);
    const cost = learnBlock(count);
    return this.listing && !steps ? cost + this.learnEntries(x.rows, h, dH) : cost;
  }

  /** The block, and with `listing` the entries outside of it, for an engine with steps of its own. */
  private reconstruction(
    x: SparseBatch,
    noisy: SparseBatch,
    h: Matrix,
    dH: Matrix,
    count: number,
  ): Reconstruction {
    const { weights, bias, weightState, biasState, optimizer, listing } = this;
    return {
      ...{ x, noisy, h, dH, weights, bias, weightState, biasState, optimizer },
      terms: this.terms.subarray(0, count),
      termWeight: this.termWeight.subarray(0, count),
      everyEntry: listing,
      strategy: this.settings.reconstruction,
      targetScale: this.settings.targetScale,
    };
  }

  /** Reconstructs the block for all reviews, and adds to dH. @param isFirst of this minibatch: the codes are new */
  private learnBlock(
    x: SparseBatch,
    noisy: SparseBatch,
    dH: Matrix,
    count: number,
    isFirst: boolean,
  ): number {
    const { engine, block, delta, weights, optimizer, codes, codesByUnit } = this;
    const rows = x.rows;
    const width = paddedWidth(count);
    const panels = panelCount(width);
    const terms = this.terms.byteOffset;
    engine.run(
      'gather_block',
      weights.panels,
      block.data.byteOffset,
      width,
      weights.data.byteOffset,
      weights.rows,
      weights.width,
      terms,
      count,
    );
    engine.meanwhile(() => {
      this.assemble(x, noisy, count, width);
      if (!isFirst) return;
      codesByUnit.of(engine, codes);
      this.codeValues = codesByUnit.values(engine, codes);
    });
    engine.run(
      'rows_sum',
      panels,
      delta.data.byteOffset,
      rows,
      block.data.byteOffset,
      weights.width,
      width,
      0,
      codes.rowStart.byteOffset,
      codes.columns.byteOffset,
      codes.valuesAddress,
    );
    const { termCount, terms: units, termStart, entryRow } = codesByUnit;
    const activeUnits = units.byteOffset;
    const unitStart = termStart.byteOffset;
    engine.run(
      'reconstruct_block',
      panels,
      delta.data.byteOffset,
      rows,
      width,
      count,
      terms,
      this.target.data.byteOffset,
      this.weight.data.byteOffset,
      ...this.costArguments(rows),
      this.costs.byteOffset,
    );
    const partial = this.partial.atLeast(codes.entries * panels + 1);
    engine.run(
      'rows_dot',
      panels,
      partial.byteOffset,
      codes.entries,
      block.data.byteOffset,
      weights.width,
      width,
      delta.data.byteOffset,
      rows,
      termCount,
      activeUnits,
      unitStart,
      entryRow.byteOffset,
    );
    if (this.listing) engine.meanwhile(() => this.byTerm.of(engine, this.entries));
    engine.run(
      'scatter_sum',
      codesByUnit.chunks,
      codesByUnit.chunkStart.byteOffset,
      dH.data.byteOffset,
      rows,
      dH.width,
      partial.byteOffset,
      codes.entries,
      panels,
      activeUnits,
      unitStart,
      entryRow.byteOffset,
      1,
    );
    // The gradient of the block, for the units that are active at all: a row of sums over the reviews for each.
    engine.run(
      'rows_sum',
      panels,
      this.gradient.data.byteOffset,
      termCount,
      delta.data.byteOffset,
      rows,
      width,
      0,
      unitStart,
      entryRow.byteOffset,
      this.codeValues,
    );
    engine.run(
      'scatter_block',
      weights.panels,
      weights.data.byteOffset,
      weights.rows,
      weights.width,
      terms,
      count,
      this.gradient.data.byteOffset,
      width,
      activeUnits,
      termCount,
      optimizer.code,
      this.weightState.byteOffset,
      optimizer.weightParameters.byteOffset,
    );
    let cost = 0;
    for (let p = 0; p < panels; p++) cost += this.costs[p];
    return cost;
  }

  /** What the kernels of the cost share: the biases and how they learn, the strategy, the factor of the gradient. */
  private costArguments(rows: number): number[] {
    const { bias, biasState, optimizer } = this;
    const strategy = RECONSTRUCTION_CODE[this.settings.reconstruction];
    const { code, biasParameters } = optimizer;
    return [bias.byteOffset, biasState.byteOffset, strategy, 1 / rows, code, biasParameters.byteOffset];
  }

  private assemble(x: SparseBatch, noisy: SparseBatch, count: number, width: number): void {
    const most = x.entries + noisy.entries + 1;
    const { entries } = this;
    entries.rows = x.rows;
    this.engine.run(
      'assemble',
      1,
      x.rows,
      x.rowStart.byteOffset,
      x.columns.byteOffset,
      x.valuesAddress,
      noisy.rowStart.byteOffset,
      noisy.columns.byteOffset,
      this.terms.byteOffset,
      this.termWeight.byteOffset,
      count,
      width,
      this.settings.targetScale,
      this.place.byteOffset,
      this.target.data.byteOffset,
      this.weight.data.byteOffset,
      this.listing ? entries.rowStart.byteOffset : 0,
      entries.growingColumns.atLeast(most).byteOffset,
      this.entryTarget.atLeast(most).byteOffset,
    );
  }

  /** Reconstructs the entries outside the block one by one, and adds to dH. */
  private learnEntries(rows: number, h: Matrix, dH: Matrix): number {
    const { engine, weights, byTerm, optimizer, entries } = this;
    const count = entries.entries;
    const partial = this.partial.atLeast(count * weights.panels + 1);
    const delta = this.entryDelta.atLeast(count + 1);
    const costs = this.entryCosts.atLeast(byTerm.chunks + 1);
    // Some terms after others: a term's weights are still at hand when they move.
    const most = NEAR_BYTES / (4 * weights.width);
    for (let chunk = 0; chunk < byTerm.chunks; ) {
      const part = byTerm.part(chunk, most);
      engine.run(
        'rows_dot',
        weights.panels,
        partial.byteOffset,
        count,
        weights.data.byteOffset,
        weights.rows,
        weights.width,
        h.data.byteOffset,
        rows,
        part.termCount,
        part.terms.byteOffset,
        part.termStart.byteOffset,
        part.entryRow.byteOffset,
      );
      engine.run(
        'reconstruct',
        part.chunks,
        byTerm.chunkStart.subarray(chunk).byteOffset,
        partial.byteOffset,
        count,
        weights.panels,
        byTerm.terms.byteOffset,
        byTerm.termStart.byteOffset,
        byTerm.entryPos.byteOffset,
        this.entryTarget.current.byteOffset,
        ...this.costArguments(rows),
        delta.byteOffset,
        costs.subarray(chunk).byteOffset,
      );
      updateRows(engine, optimizer, weights, this.weightState, part, delta.byteOffset, h, rows, dH);
      chunk += part.chunks;
    }
    let cost = 0;
    for (let k = 0; k < byTerm.chunks; k++) cost += costs[k];
    return cost;
  }
}
