/**
 * Supervised training of the whole network on the rated reviews: minibatches, dropout, and early stopping on a
 * validation part, whose best epoch's weights are what remains.
 */
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { StarlingError } from '../errors.ts';
import type { Engine } from '../kernels/engine.ts';
import { rootMeanSquaredError } from '../metrics.ts';
import { Backward } from '../network/backward.ts';
import { type Dropout, forward, Workspace } from '../network/forward.ts';
import { type Head, headCost, type RatingTarget } from '../network/heads.ts';
import type { Network } from '../network/network.ts';
import { Optimizer } from '../network/optimizer.ts';
import { Pace } from '../network/pace.ts';
import { runRows } from '../network/predict.ts';
import type { Options } from '../options.ts';
import { Corruption } from '../pretraining/corruption.ts';
import type { OnProgress } from '../progress.ts';
import type { RandomStream } from '../random.ts';
import type { CsrMatrix } from '../sparse/csr.ts';
import { type BestEpoch, type EpochRecord, restorePlace, stateOf } from './train-state.ts';
import { restoreWeights, saveWeights } from './weights.ts';

export type { EpochRecord } from './train-state.ts';

export interface TrainingData {
  readonly x: CsrMatrix;
  /** One per row of x. */
  readonly ratings: Float64Array;
  readonly targets: RatingTarget;
  /** Rows of x to learn from, and rows that pick the best epoch (may be empty: then the last epoch is kept). */
  readonly trainRows: Int32Array;
  readonly validationRows: Int32Array;
}

export interface TrainingRecord {
  /** Epoch whose weights were kept, from 1. */
  readonly bestEpoch: number;
  readonly validationRmse: number | null;
  readonly history: readonly EpochRecord[];
}

type TrainingOptions = Pick<
  Options,
  | 'epochs'
  | 'learningRate'
  | 'batchSize'
  | 'optimizer'
  | 'momentum'
  | 'weightDecay'
  | 'dropout'
  | 'wordDropout'
  | 'l1'
  | 'patience'
  | 'ratingError'
>;

/** Reviews at a time when predicting. */
export const PREDICTION_BATCH = 256;

/**
 * Trains the network in place.
 * @param checkpoint where an earlier run may have left its state, and this one leaves its own
 * @throws StarlingError DIVERGED when the cost is no longer finite; BAD_CHECKPOINT, INTERRUPTED
 */
export async function trainNetwork(
  engine: Engine,
  network: Network,
  head: Head,
  data: TrainingData,
  options: TrainingOptions,
  stream: RandomStream,
  onProgress?: OnProgress,
  checkpoint?: Checkpoint,
): Promise<TrainingRecord> {
  const mark = engine.arena.mark();
  const { trainRows, validationRows } = data;
  const validationRatings = Float64Array.from(validationRows, (row) => data.ratings[row]);
  const size = Math.min(options.batchSize, trainRows.length);
  const optimizer = new Optimizer(engine, { kind: options.optimizer, ...options });
  const space = new Workspace(engine, network, Math.max(size, PREDICTION_BATCH));
  const backward = new Backward(engine, network, optimizer, size);
  const corruption = new Corruption(engine, size, data.x.cols, options.wordDropout, 0);
  const pace = new Pace([options.epochs * trainRows.length], onProgress);
  const saved = await checkpoint?.restore();
  const place =
    saved &&
    restorePlace(saved, network, backward, { epochs: options.epochs, reviews: trainRows.length, size });
  const from = place ?? { epoch: 1, at: 0, sum: 0, active: new Float64Array(network.layers.length) };
  const before = (from.epoch - 1) * trainRows.length + from.at;
  optimizer.goOnAfter((from.epoch - 1) * Math.ceil(trainRows.length / size) + from.at / size);
  pace.skip(0, before);
  const history: EpochRecord[] = [...(place?.history ?? [])];
  let best = place?.best ?? (null as BestEpoch | null);
  let { sum, active } = from;
  const mustStop = (epoch: number): boolean => best !== null && epoch - best.epoch >= options.patience;
  const stateAt = (epoch: number, at: number) =>
    stateOf({ epoch, at, sum, active, history, best }, network, backward);

  for (let epoch = from.epoch; epoch <= options.epochs && !mustStop(epoch - 1); epoch++) {
    const epochStream = stream.split('epoch', epoch);
    const order = epochStream
      .split('order')
      .permutation(trainRows.length)
      .map((i) => trainRows[i]);
    const begin = epoch === from.epoch ? from.at : 0;
    if (begin === 0) {
      sum = 0;
      active = new Float64Array(network.layers.length);
    }
    for (let at = begin; at < order.length; at += size) {
      const rows = order.subarray(at, at + size);
      const batchStream = epochStream.split('minibatch', at / size);
      const dropout: Dropout | undefined =
        options.dropout > 0 ? { probability: options.dropout, stream: batchStream } : undefined;
      space.input.load(data.x, rows);
      if (options.wordDropout > 0) {
        space.input.copy(corruption.draw(engine, space.input, rows, batchStream));
      }
      optimizer.beginStep();
      forward(engine, network, space, { dropout });
      sum += headCost(head, space.out, rows.length, data.targets, rows, backward.dOut, options.ratingError);
      backward.step(space, options.l1 / rows.length, dropout);
      space.layers.forEach((layer, i) => {
        active[i] += layer.codes.entries;
      });
      if (!Number.isFinite(sum)) throw diverged(epoch);
      if (at + size < order.length) {
        await pace.advance(0, rows.length, false, {
          phase: 'finetune',
          epoch,
          epochs: options.epochs,
          cost: sum / (at + rows.length),
        });
        await checkpoint?.offer(() => stateAt(epoch, at + size));
      }
    }
    const cost = sum / order.length;
    let validationRmse: number | null = null;
    let sparsity: readonly number[] = network.layers.map(
      (layer, i) => 1 - active[i] / (order.length * layer.weights.cols),
    );
    if (validationRows.length > 0) {
      const validation = runRows(engine, network, head, space, data.x, validationRows);
      validationRmse = rootMeanSquaredError(validation.ratings, validationRatings);
      sparsity = validation.sparsity.hidden;
      if (!Number.isFinite(validationRmse)) throw diverged(epoch);
      if (!best || validationRmse < best.rmse) {
        best = { epoch, rmse: validationRmse, weights: saveWeights(network, best?.weights) };
      }
    }
    history.push({ epoch, cost, validationRmse, sparsity });
    const stop = mustStop(epoch);
    const lastBatch = order.length - Math.floor((order.length - 1) / size) * size;
    if (stop) pace.skip(0, (options.epochs - epoch) * order.length);
    await pace.advance(0, lastBatch, true, {
      phase: 'finetune',
      epoch,
      epochs: options.epochs,
      cost,
      sparsity,
      ...(validationRmse === null ? {} : { validationRmse }),
      ...(stop ? { note: `no better epoch since ${best!.epoch}: stopped` } : {}),
    });
    await checkpoint?.offer(() => stateAt(epoch + 1, 0));
  }
  if (history.length !== place?.history.length) {
    await checkpoint?.finish(() => stateAt(history.length + 1, 0));
  }
  if (best) restoreWeights(network, best.weights);
  engine.arena.release(mark);
  return { bestEpoch: best?.epoch ?? history.length, validationRmse: best?.rmse ?? null, history };
}

function diverged(epoch: number): StarlingError {
  return new StarlingError(
    'DIVERGED',
    `fine-tuning diverged: the cost is no longer a number in epoch ${epoch}`,
    'Use a smaller learningRate.',
  );
}
