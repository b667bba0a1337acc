/**
 * One fit with given encoders, measured on rows that it has not seen: what experiments and searches do many times over. Not a
 * fold of a cross-validation, which also learns its encoders, has baselines beside it and keeps what explains mistakes: see fold.ts.
 */
import { fitModel, predictFitted } from '../finetuning/wide.ts';
import type { Engine } from '../kernels/engine.ts';
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
  /** Rows for self-training; none when it is not given. */
  readonly unrated?: Int32Array;
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

/** @throws StarlingError as `fitModel` */
export async function fitHeldOut(
  engine: Engine,
  { corpus, encoders, options, train, test, unrated = new Int32Array(0), stream, levels }: HeldOut,
  onProgress?: OnProgress,
): Promise<HeldOutFit> {
  const mark = engine.arena.mark();
  const fitted = await fitModel(
    engine,
    corpus,
    train,
    unrated,
    encoders,
    options,
    stream,
    levels,
    onProgress,
  );
  const { ratings, sparsity } = predictFitted(engine, fitted, corpus, test);
  engine.arena.release(mark);
  return { ratings, sparsity, validationRmse: fitted.validationRmse, bestEpoch: fitted.record.bestEpoch };
}
