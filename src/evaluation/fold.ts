/** One fold of a cross-validation: everything is learned from the other folds, and measured on this one. */
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { type Begun, type TransferData, takeOver } from '../finetuning/transfer.ts';
import { type FittedModel, fitModel, predictFitted } from '../finetuning/wide.ts';
import type { Engine } from '../kernels/engine.ts';
import { meanAbsoluteError, rootMeanSquaredError } from '../metrics.ts';
import type { Options } from '../options.ts';
import { type EncoderData, learnEncoders } from '../pretraining/encoders.ts';
import type { OnProgress } from '../progress.ts';
import { RandomStream } from '../random.ts';
import type { ReviewCorpus } from '../text/review-corpus.ts';
import { type Calibration, calibrationOf } from './calibration.ts';
import { excerptFor, type ModelExcerpt, worstMistakes } from './mistakes.ts';
import type { FoldResult, Sparsity } from './results.ts';

/** All of one fold: what is reported, and the predictions from which the pooled figures are made. */
export interface FoldOutcome {
  readonly result: FoldResult;
  /** Rows of the test reviews and their predicted ratings. */
  readonly rows: Int32Array;
  readonly ratings: Float64Array;
  readonly calibration: Calibration | null;
  readonly constant: Float64Array;
  readonly noHiddenLayer: { readonly ratings: Float64Array; readonly sparsity: Sparsity };
  /** For the worst mistakes, when the plan asks for them. */
  readonly excerpt: ModelExcerpt | null;
  /** What rules chose, as events told it: a fold that is not run again must tell it again. */
  readonly rules: readonly string[];
}

/** What a fold needs to know; the same for all folds. */
export interface FoldPlan {
  readonly corpus: ReviewCorpus;
  /** Fold of each rated review, from 0, in the order of corpus.rated. */
  readonly folds: Int32Array;
  readonly options: Options;
  readonly levels?: readonly number[];
  /** Encoders that serve all folds; without them each fold learns its own. */
  readonly encoders?: EncoderData;
  /** What the networks take over of another model. */
  readonly transfer: TransferData | null;
  /** Unrated rows that are no copies of rated ones. */
  readonly unrated: Int32Array;
  /** Worst mistakes, too high and too low each, for which a fold gives an excerpt of its model. */
  readonly mistakes: number;
}

/**
 * The options of the baseline without hidden layers: the same text, head and early stopping, and a learning rate that
 * suits a linear model (the network's would leave it unfinished).
 */
export function linearBaseline(options: Options): Options {
  return {
    ...options,
    hidden: [],
    dropout: 0,
    l1: 0,
    optimizer: 'adam',
    learningRate: 0.003,
    epochs: Math.max(60, options.epochs),
  };
}

/** Rows of the reviews on which a fold is tested. */
export function testRowsOf({ corpus, folds }: FoldPlan, fold: number): Int32Array {
  return corpus.rated.filter((_, i) => folds[i] === fold);
}

/** Trains on all folds but one and tests on that one. Depends on the plan and the fold's number only. */
export async function runFold(
  engine: Engine,
  plan: FoldPlan,
  fold: number,
  onProgress?: OnProgress,
  checkpoint?: Checkpoint,
): Promise<FoldOutcome> {
  const started = performance.now();
  const { corpus, options } = plan;
  const rules: string[] = [];
  const hear: OnProgress = (event) => {
    if (event.rule !== undefined) rules.push(event.rule);
    onProgress?.(event);
  };
  const stream = RandomStream.fromSeed(options.seed).split('fold', fold);
  const train = corpus.rated.filter((_, i) => plan.folds[i] !== fold);
  const test = testRowsOf(plan, fold);
  const truth = Float64Array.from(test, (row) => corpus.ratings[row]);
  const mark = engine.arena.mark();
  const seen = Int32Array.from([...train, ...plan.unrated]);
  const encoders =
    plan.encoders ??
    (await learnEncoders(
      engine,
      corpus,
      seen,
      options,
      stream.split('pretraining'),
      hear,
      checkpoint?.part('pretraining'),
    ));

  const excerptOf = (fitted: FittedModel, predicted: Float64Array): ModelExcerpt | null => {
    if (plan.mistakes === 0) return null;
    const { tooHigh, tooLow } = worstMistakes({ actual: truth, predicted }, plan.mistakes);
    const rows = [...tooHigh, ...tooLow].map((i) => test[i]);
    const { wide } = fitted;
    const of = ({ vectorizer, network, head }: Pick<FittedModel, 'vectorizer' | 'network' | 'head'>) =>
      excerptFor(rows, corpus.tokens, vectorizer, network, head);
    return { ...of(fitted), ...(wide ? { wide: { ...of(wide), share: wide.share } } : {}) };
  };
  const evaluate = async (
    begun: Pick<Begun, 'encoders' | 'options'>,
    name: 'network' | 'noHiddenLayer',
    progress?: OnProgress,
  ) => {
    const inner = engine.arena.mark();
    const fitted = await fitModel(
      engine,
      corpus,
      train,
      plan.unrated,
      begun.encoders,
      begun.options,
      stream.split(name),
      plan.levels,
      progress,
      checkpoint?.part(name),
    );
    const predictions = predictFitted(engine, fitted, corpus, test);
    const excerpt = name === 'network' ? excerptOf(fitted, predictions.ratings) : null;
    engine.arena.release(inner);
    return { ...predictions, levels: fitted.head.levels, record: fitted.record, excerpt };
  };
  const begun = takeOver(encoders, options, plan.transfer, hear);
  const network = await evaluate(begun, 'network', hear);
  const linear = await evaluate({ encoders, options: linearBaseline(options) }, 'noHiddenLayer');
  engine.arena.release(mark);

  const mean = train.reduce((sum, row) => sum + corpus.ratings[row], 0) / train.length;
  const result: FoldResult = {
    fold: fold + 1,
    trainSize: train.length,
    testSize: test.length,
    rmse: rootMeanSquaredError(network.ratings, truth),
    mae: meanAbsoluteError(network.ratings, truth),
    sparsity: network.sparsity,
    bestEpoch: network.record.bestEpoch,
    history: network.record.history,
    seconds: (performance.now() - started) / 1000,
  };
  return {
    result,
    rows: test,
    ratings: network.ratings,
    calibration: calibrationOf(network.levels, network.distribution, truth),
    constant: new Float64Array(test.length).fill(mean),
    noHiddenLayer: { ratings: linear.ratings, sparsity: linear.sparsity },
    excerpt: network.excerpt,
    rules,
  };
}
