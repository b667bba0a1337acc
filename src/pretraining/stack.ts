/**
 * Greedy pre-training of a stack of denoising autoencoders, layer by layer, each on the clean codes of the layers below
 * (Glorot et al. 2011, section 3.2). Codes are computed minibatch by minibatch, never stored for the whole corpus.
 */
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { StarlingError } from '../errors.ts';
import type { Engine } from '../kernels/engine.ts';
import { PANEL, panelWidth } from '../kernels/ops.ts';
import { activate, affine, type LayerSpace, layerSpace } from '../network/forward.ts';
import { createLayer, type Layer } from '../network/network.ts';
import { Pace } from '../network/pace.ts';
import { SparseBatch } from '../network/sparse-batch.ts';
import { forLayer, type Options } from '../options.ts';
import type { OnProgress } from '../progress.ts';
import type { RandomStream } from '../random.ts';
import type { CsrMatrix } from '../sparse/csr.ts';
import { Autoencoder, type AutoencoderSettings, type ReconstructionName } from './autoencoder.ts';
import { pretrainingEpochs, pretrainingRate } from './schedule.ts';
import { type PretrainedLayer, restorePlace, stateOf } from './stack-state.ts';

export type { PretrainedLayer } from './stack-state.ts';

/**
 * Minibatches over which the learning rate rises to its full value: at first all units see gradients of one sign, and
 * full steps along them would put most units to sleep for good.
 */
const WARM_UP = 300;

/** Codes with more zeros than this have so few entries that all are reconstructed; of others a sample will do. */
const MOSTLY_ZERO = 0.95;

export interface PretrainedStack {
  readonly layers: readonly Layer[];
  readonly summary: readonly PretrainedLayer[];
}

/** Codes that can be below zero cannot be the targets of a sigmoid; the layers above such codes use `linear`. */
function strategyOf(options: Options, layer: number): ReconstructionName {
  const signed = options.negateHalf || options.activation === 'tanh' || options.activation === 'leaky';
  return layer > 0 && signed && options.reconstruction === 'sigmoid' ? 'linear' : options.reconstruction;
}

/** Largest value of a matrix, 1 for a binary one. */
function largestValue(x: CsrMatrix): number {
  if (!x.values) return 1;
  let most = 0;
  for (const value of x.values) most = Math.max(most, value);
  return most || 1;
}

/** Runs the trained layers on minibatches. */
class Encoder {
  private readonly spaces: readonly LayerSpace[];
  readonly input: SparseBatch;
  private readonly engine: Engine;
  private readonly layers: readonly Layer[];
  private readonly options: Options;

  constructor(engine: Engine, options: Options, cols: number, layers: readonly Layer[], capacity: number) {
    this.engine = engine;
    this.options = options;
    this.layers = layers;
    this.input = new SparseBatch(engine, capacity, cols);
    this.spaces = layers.map((layer) => layerSpace(engine, layer, capacity));
  }

  /** Codes of the topmost layer for some rows of x. */
  encode(x: CsrMatrix, rows: ArrayLike<number>): SparseBatch {
    this.input.load(x, rows);
    let codes = this.input;
    this.layers.forEach((layer, i) => {
      const space = this.spaces[i];
      affine(this.engine, codes, layer, space.z, this.spaces[i - 1]?.h);
      activate(this.engine, this.options, space.z, space.h, codes.rows);
      space.codes.compress(this.engine, space.h, codes.rows, false);
      codes = space.codes;
    });
    return codes;
  }

  /** Dense outputs of the topmost layer, after `encode`. */
  get top(): LayerSpace {
    return this.spaces[this.spaces.length - 1];
  }
}

/**
 * Pre-trains the hidden layers on all rows of x.
 * @param checkpoint where an earlier run may have left its state, and this one leaves its own
 * @returns the encoders, allocated in the engine's arena at the place of the call
 * @throws StarlingError DIVERGED when a cost is no longer finite; BAD_CHECKPOINT, INTERRUPTED
 */
export async function pretrainStack(
  engine: Engine,
  x: CsrMatrix,
  options: Options,
  stream: RandomStream,
  onProgress?: OnProgress,
  checkpoint?: Checkpoint,
): Promise<PretrainedStack> {
  const capacity = Math.min(options.pretrainBatchSize, Math.max(1, x.rows));
  const layers = options.hidden.map((units, i) =>
    createLayer(engine, i === 0 ? x.cols : options.hidden[i - 1], units, stream.split('encoder', i)),
  );
  const epochsOf = (layer: number): number => pretrainingEpochs(options, layer, x.rows);
  const saved = await checkpoint?.restore();
  const place = saved && restorePlace(saved, { layers, rows: x.rows, capacity, epochsOf });
  const summary: PretrainedLayer[] = [...(place?.summary ?? [])];
  const pace = new Pace(
    options.hidden.map((_, i) => epochsOf(i) * x.rows),
    onProgress,
  );
  let means = place?.means ?? columnMeans(x);
  let sparsity = place?.sparsity ?? 1;
  // What the targets of the sigmoid strategy are divided by.
  let largest = place?.largest ?? largestValue(x);
  for (let i = 0; i < summary.length; i++) pace.skip(i, epochsOf(i) * x.rows);
  for (let i = place?.layer ?? 0; i < layers.length; i++) {
    const mark = engine.arena.mark();
    const settings: AutoencoderSettings = {
      activation: options.activation,
      alpha: options.alpha,
      negateHalf: options.negateHalf,
      reconstruction: strategyOf(options, i),
      samples: forLayer(options.reconstructionSamples, i),
      everyEntry: i === 0 || sparsity > MOSTLY_ZERO,
      masking: forLayer(options.masking, i),
      salt: i === 0 || options.salt.length > 1 ? forLayer(options.salt, i) : 0,
      l1: forLayer(options.pretrainL1, i),
      targetScale: strategyOf(options, i) === 'sigmoid' ? 1 / largest : 1,
      optimizer: {
        kind: options.pretrainOptimizer,
        learningRate: pretrainingRate(options, i),
        momentum: options.momentum,
      },
    };
    const below = new Encoder(engine, options, x.cols, layers.slice(0, i), capacity);
    const autoencoder = new Autoencoder(
      engine,
      layers[i],
      capacity,
      settings,
      means,
      stream.split('autoencoder', i),
    );
    const epochs = epochsOf(i);
    const from = i === place?.layer ? place : { epoch: 1, at: 0, sum: 0, cost: 0, seconds: 0 };
    let { cost, sum } = from;
    let step = (from.epoch - 1) * Math.ceil(x.rows / capacity) + from.at / capacity;
    const started = performance.now() - 1000 * from.seconds;
    if (saved && from === place) {
      autoencoder.goOnAfter(step, saved);
      pace.skip(i, (from.epoch - 1) * x.rows + from.at);
    }
    const stateAt = (epoch: number, at: number) => {
      const seconds = (performance.now() - started) / 1000;
      return stateOf(
        { layer: i, epoch, at, sum, cost, seconds, means, sparsity, largest, summary },
        layers,
        autoencoder,
      );
    };
    for (let epoch = from.epoch; epoch <= epochs; epoch++) {
      const epochStream = stream.split(`layer ${i}`, epoch);
      const order = epochStream.split('order').permutation(x.rows);
      const sample = order.subarray(0, capacity);
      const begin = epoch === from.epoch ? from.at : 0;
      if (begin === 0) sum = 0;
      for (let at = begin; at < x.rows; at += capacity) {
        const rows = order.subarray(at, Math.min(x.rows, at + capacity));
        const batch = below.encode(x, rows);
        const rate = Math.min(1, ++step / WARM_UP);
        sum += autoencoder.train(batch, rows, epochStream.split('minibatch', at / capacity), rate);
        const last = at + capacity >= x.rows;
        cost = sum / Math.min(x.rows, at + capacity);
        if (!Number.isFinite(cost)) throw diverged(i, epoch);
        // Of one minibatch: what the whole corpus would say is measured when the layer is done.
        const zeros =
          last && onProgress
            ? [...summary.map((done) => done.sparsity), autoencoder.sparsityOf(below.encode(x, sample))]
            : undefined;
        await pace.advance(i, rows.length, last, {
          phase: 'pretrain',
          layer: i + 1,
          layers: layers.length,
          epoch,
          epochs,
          cost,
          ...(zeros ? { sparsity: zeros } : {}),
        });
        await checkpoint?.offer(() => (last ? stateAt(epoch + 1, 0) : stateAt(epoch, at + capacity)));
      }
    }
    const seconds = (performance.now() - started) / 1000;
    engine.arena.release(mark);
    const measured = measure(engine, x, options, layers.slice(0, i + 1), capacity);
    means = measured.means;
    sparsity = measured.sparsity;
    largest = measured.largest;
    summary.push({
      cost,
      sparsity: measured.sparsity,
      epochs,
      reviewsPerSecond: (epochs * x.rows) / Math.max(seconds, 1e-9),
    });
  }
  const ended = { layer: layers.length, epoch: 1, at: 0, sum: 0, cost: 0, seconds: 0, summary };
  if (place?.layer !== layers.length) {
    await checkpoint?.finish(() => stateOf({ ...ended, means, sparsity, largest }, layers, null));
  }
  return { layers, summary };
}

function diverged(layer: number, epoch: number): StarlingError {
  return new StarlingError(
    'DIVERGED',
    `pre-training diverged: the cost of hidden layer ${layer + 1} is no longer a number in epoch ${epoch}`,
    'Use a smaller pretrainLearningRate.',
  );
}

function columnMeans(x: CsrMatrix): Float64Array {
  const means = new Float64Array(x.cols);
  for (let e = 0; e < x.rowStart[x.rows]; e++) means[x.columns[e]] += (x.values ? x.values[e] : 1) / x.rows;
  return means;
}

/**
 * Fraction of exact zeros and column means of the topmost layer's clean outputs, and what the layer above divides them by to
 * have targets in [0, 1]: the largest output over the corpus. The paper's authors divide the layer's weights and biases
 * instead, and with them what the layer above is given; but Adam's steps have one size whatever that of the weights is, and
 * undo in a few minibatches what such a small layer has learned (docs/paper-order.md).
 */
function measure(
  engine: Engine,
  x: CsrMatrix,
  options: Options,
  layers: readonly Layer[],
  capacity: number,
): { sparsity: number; means: Float64Array; largest: number } {
  const { arena } = engine;
  const mark = arena.mark();
  const layer = layers[layers.length - 1];
  const { weights } = layer;
  const most = arena.f32(weights.width);
  const encoder = new Encoder(engine, options, x.cols, layers, capacity);
  const means = new Float64Array(weights.cols);
  let nonZero = 0;
  for (let at = 0; at < x.rows; at += capacity) {
    const rows = Uint32Array.from({ length: Math.min(capacity, x.rows - at) }, (_, r) => at + r);
    const codes = encoder.encode(x, rows);
    const values = codes.growingValues.current;
    nonZero += codes.entries;
    for (let e = 0; e < codes.entries; e++) means[codes.columns[e]] += values[e] / x.rows;
    const { h } = encoder.top;
    engine.run('column_max', h.panels, most.byteOffset, h.data.byteOffset, rows.length, h.width);
  }
  const above = layers.length;
  const scaled = above < options.hidden.length && strategyOf(options, above) === 'sigmoid';
  const rectified = options.activation === 'rectifier'; // so outputs are in proportion to the weights
  const unbounded = rectified || options.activation === 'softplus'; // tanh is within 1, and leaky never scaled
  let largest = unbounded ? most.reduce((a, b) => Math.max(a, b), 0) || 1 : 1;
  if (scaled && rectified && options.reconstructionScale === 'unit')
    largest = evenOut(layer, most.subarray(0, weights.cols), means);
  arena.release(mark);
  return { sparsity: x.rows === 0 ? 1 : 1 - nonZero / (x.rows * weights.cols), means, largest };
}

/**
 * Gives all units the same largest output, the mean of theirs, by their weights and biases; their means follow. Units that
 * are never active stay as they are.
 * @returns that output
 */
function evenOut({ weights, bias }: Layer, most: Float32Array, means: Float64Array): number {
  const active = most.filter((m) => m > 0);
  const common = active.reduce((a, b) => a + b, 0) / active.length || 1;
  const scale = Array.from({ length: weights.width }, (_, c) => (most[c] > 0 ? common / most[c] : 1));
  for (let p = 0; p < weights.panels; p++) {
    const width = panelWidth(p, weights.width);
    const start = p * PANEL * weights.rows;
    const panel = weights.data.subarray(start, start + weights.rows * width);
    for (let k = 0; k < panel.length; k++) panel[k] *= scale[p * PANEL + (k % width)];
  }
  for (let c = 0; c < means.length; c++) {
    bias[c] *= scale[c];
    means[c] *= scale[c];
  }
  return common;
}
