/**
 * One fit with given encoders, measured on rows that it has not seen: what experiments and searches do many times over. Not a
 * fold of a cross-validation, which also learns its encoders, has baselines beside it and keeps what explains mistakes: see fold.ts.
 */
import { fitNetwork } from '../finetuning/fit.ts';
import { PREDICTION_BATCH } from '../finetuning/train.ts';
import type { Engine } from '../kernels/engine.ts';
import { Workspace } from '../network/forward.ts';
import { predictRows } from '../network/predict.ts';
import type { Options } from '../options.ts';
import type { EncoderData } from '../pretraining/encoders.ts';
import type { OnProgress } from '../progress.ts';
import type { RandomStream } from '../random.ts';
import type { ReviewCorpus } from '../text/review-corpus.ts';
import type { Sparsity } from './results.ts';

export interface HeldOut {
  readonly corpus: ReviewCorpus;
  readonly encoders: EncoderData;
  readonly options: Options;
  /** Rated rows to learn from, and rows to rate afterwards. */
  readonly train: Int32Array;
  readonly test: Int32Array;
  readonly stream: RandomStream;
  readonly levels?: readonly number[];
}

export interface HeldOutFit {
  /** Predicted rating of each test row. */
  readonly ratings: Float64Array;
  /** Of the test rows; NaN when there are none. */
  readonly sparsity: Sparsity;
  /** On the part of `train` that picked the best epoch; null without one. */
  readonly validationRmse: number | null;
  readonly bestEpoch: number;
}

/** @throws StarlingError as `fitNetwork` */
export async function fitHeldOut(
  engine: Engine,
  { corpus, encoders, options, train, test, stream, levels }: HeldOut,
  onProgress?: OnProgress,
): Promise<HeldOutFit> {
  const mark = engine.arena.mark();
  const { network, head, record } = await fitNetwork(
    engine,
    corpus,
    train,
    encoders,
    options,
    stream,
    levels,
    onProgress,
  );
  const space = new Workspace(engine, network, PREDICTION_BATCH);
  const x = encoders.vectorizer.transformCorpus(corpus.tokens, test);
  const { ratings, sparsity } = predictRows(engine, network, head, space, x);
  engine.arena.release(mark);
  return { ratings, sparsity, validationRmse: record.validationRmse, bestEpoch: record.bestEpoch };
}
