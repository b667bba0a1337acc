/**
 * K-fold cross-validation of the whole recipe, with two baselines on the same folds: the constant predictor and the
 * network without hidden layers. Protocol: vocabulary, scaling and pre-training never see the text of a test fold
 * (unless `transductive`); exact repeats of a text stay in one fold, and unrated copies of rated texts are left out.
 */

import { stratifiedFolds } from '../corpus/folds.ts';
import { StarlingError } from '../errors.ts';
import { fitNetwork } from '../finetuning/fit.ts';
import { PREDICTION_BATCH } from '../finetuning/train.ts';
import type { Engine } from '../kernels/engine.ts';
import { createEngine } from '../kernels/node-engine.ts';
import { Workspace } from '../network/forward.ts';
import { predictRows } from '../network/predict.ts';
import { type Options, resolveOptions } from '../options.ts';
import { type EncoderData, learnEncoders } from '../pretraining/encoders.ts';
import type { OnProgress, Progress } from '../progress.ts';
import { RandomStream } from '../random.ts';
import { gatherReviews, type ReviewCorpus, type ReviewSource } from '../text/review-corpus.ts';
import { VERSION } from '../version.ts';
import { meanAbsoluteError, rootMeanSquaredError, spreadOverFolds } from './metrics.ts';
import type { CrossValidationResult, FoldResult, Sparsity } from './results.ts';

export interface CrossValidationSettings {
  readonly options?: Partial<Options>;
  /** Reviews for vocabulary and pre-training only. */
  readonly unlabelled?: ReviewSource;
  /** The rating scale; learned from the ratings when not given. */
  readonly levels?: readonly number[];
  /** Encoders that were pre-trained before; they must not have seen the rated reviews. */
  readonly encoders?: EncoderData;
  readonly onProgress?: OnProgress;
}

/** All of one fold: what is reported, and the predictions from which the pooled figures are made. */
export interface FoldOutcome {
  readonly result: FoldResult;
  /** Rows of the test reviews and their predicted ratings. */
  readonly rows: Int32Array;
  readonly ratings: Float64Array;
  readonly constant: Float64Array;
  readonly noHiddenLayer: { readonly ratings: Float64Array; readonly sparsity: Sparsity };
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
  /** Unrated rows that are no copies of rated ones. */
  readonly unrated: Int32Array;
}

/**
 * Cross-validates on the rated reviews.
 * @throws StarlingError NOT_ENOUGH_DATA when there are fewer distinct rated texts than folds; DIVERGED
 */
export async function crossValidate(
  reviews: ReviewSource,
  settings: CrossValidationSettings = {},
): Promise<CrossValidationResult> {
  const started = performance.now();
  const options = resolveOptions(settings.options);
  const corpus = await gatherReviews(reviews, options, settings.unlabelled);
  const ratings = Float64Array.from(corpus.rated, (row) => corpus.ratings[row]);
  const groups = Float64Array.from(corpus.rated, (row) => corpus.tokens.fingerprint(row));
  if (corpus.rated.length < options.folds) {
    throw new StarlingError(
      'NOT_ENOUGH_DATA',
      `${corpus.rated.length} rated reviews are too few for ${options.folds} folds`,
      'Use fewer folds, or name the rating column with --rating.',
    );
  }
  const stream = RandomStream.fromSeed(options.seed);
  const ratedTexts = new Set(groups);
  const unrated = corpus.unrated.filter((row) => !ratedTexts.has(corpus.tokens.fingerprint(row)));
  const folds = stratifiedFolds(ratings, groups, options.folds, stream.split('folds'));
  const engine = createEngine(options.threads);
  try {
    const encoders =
      settings.encoders ??
      (await sharedEncoders(engine, corpus, unrated, options, stream, settings.onProgress));
    const plan: FoldPlan = { corpus, folds, options, levels: settings.levels, encoders, unrated };
    const outcomes: FoldOutcome[] = [];
    for (let fold = 0; fold < options.folds; fold++) {
      outcomes.push(
        await runFold(engine, plan, fold, foldProgress(settings.onProgress, fold, options.folds)),
      );
    }
    return summarise(plan, outcomes, (performance.now() - started) / 1000);
  } finally {
    engine.close();
  }
}

/**
 * One vocabulary and pre-training for all folds, when that is clean and sound: on the unrated reviews alone, if they
 * are at least as many as the rated ones; on everything, if the user asked for the transductive variant.
 */
async function sharedEncoders(
  engine: Engine,
  corpus: ReviewCorpus,
  unrated: Int32Array,
  options: Options,
  stream: RandomStream,
  onProgress?: OnProgress,
): Promise<EncoderData | undefined> {
  const all = Int32Array.from({ length: corpus.tokens.length }, (_, row) => row);
  if (!options.transductive && unrated.length < corpus.rated.length) return undefined;
  const rows = options.transductive ? all : unrated;
  return learnEncoders(engine, corpus, rows, options, stream.split('pretraining'), onProgress);
}

function foldProgress(
  onProgress: OnProgress | undefined,
  fold: number,
  folds: number,
): OnProgress | undefined {
  return onProgress && ((progress: Progress) => onProgress({ ...progress, fold: fold + 1, folds }));
}

/** Trains on all folds but one and tests on that one. Depends on the plan and the fold's number only. */
export async function runFold(
  engine: Engine,
  plan: FoldPlan,
  fold: number,
  onProgress?: OnProgress,
): Promise<FoldOutcome> {
  const started = performance.now();
  const { corpus, options } = plan;
  const stream = RandomStream.fromSeed(options.seed).split('fold', fold);
  const train = corpus.rated.filter((_, i) => plan.folds[i] !== fold);
  const test = corpus.rated.filter((_, i) => plan.folds[i] === fold);
  const truth = Float64Array.from(test, (row) => corpus.ratings[row]);
  const mark = engine.arena.mark();
  const seen = Int32Array.from([...train, ...plan.unrated]);
  const encoders =
    plan.encoders ??
    (await learnEncoders(engine, corpus, seen, options, stream.split('pretraining'), onProgress));

  const evaluate = async (variant: Options, name: string, progress?: OnProgress) => {
    const inner = engine.arena.mark();
    const fitted = await fitNetwork(
      engine,
      corpus,
      train,
      encoders,
      variant,
      stream.split(name),
      plan.levels,
      progress,
    );
    const space = new Workspace(engine, fitted.network, PREDICTION_BATCH);
    const x = encoders.vectorizer.transformCorpus(corpus.tokens, test);
    const predictions = predictRows(engine, fitted.network, fitted.head, space, x);
    engine.arena.release(inner);
    return { ...predictions, record: fitted.record };
  };
  const network = await evaluate(options, 'network', onProgress);
  const linear = await evaluate({ ...options, hidden: [], dropout: 0, l1: 0 }, 'noHiddenLayer');
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
    seconds: (performance.now() - started) / 1000,
  };
  onProgress?.({
    phase: 'crossvalidate',
    fraction: (fold + 1) / options.folds,
    epochEnd: true,
    validationRmse: result.rmse,
    note: `fold ${fold + 1} of ${options.folds}: RMSE ${result.rmse.toFixed(4)}`,
  });
  return {
    result,
    rows: test,
    ratings: network.ratings,
    constant: new Float64Array(test.length).fill(mean),
    noHiddenLayer: { ratings: linear.ratings, sparsity: linear.sparsity },
  };
}

/** Figures over all folds. */
export function summarise(
  plan: FoldPlan,
  outcomes: readonly FoldOutcome[],
  seconds: number,
): CrossValidationResult {
  const { corpus, options } = plan;
  const truthOf = (outcome: FoldOutcome): Float64Array =>
    Float64Array.from(outcome.rows, (row) => corpus.ratings[row]);
  const spread = (
    error: (predicted: ArrayLike<number>, actual: ArrayLike<number>) => number,
    predictions: (outcome: FoldOutcome) => Float64Array,
  ) =>
    spreadOverFolds(
      outcomes.map((outcome) => error(predictions(outcome), truthOf(outcome))),
      error(
        outcomes.flatMap((outcome) => [...predictions(outcome)]),
        outcomes.flatMap((outcome) => [...truthOf(outcome)]),
      ),
    );
  const meanOf = (value: (outcome: FoldOutcome) => number): number =>
    outcomes.reduce((sum, outcome) => sum + value(outcome), 0) / outcomes.length;
  return {
    folds: outcomes.map(({ result }) => result),
    rmse: spread(rootMeanSquaredError, ({ ratings }) => ratings),
    mae: spread(meanAbsoluteError, ({ ratings }) => ratings),
    baselines: {
      constant: { rmse: spread(rootMeanSquaredError, ({ constant }) => constant) },
      noHiddenLayer: {
        rmse: spread(rootMeanSquaredError, ({ noHiddenLayer }) => noHiddenLayer.ratings),
        sparsity: { input: meanOf(({ noHiddenLayer }) => noHiddenLayer.sparsity.input), hidden: [] },
      },
    },
    options,
    seed: options.seed,
    version: VERSION,
    data: {
      rated: corpus.rated.length,
      unrated: corpus.unrated.length,
      levels:
        plan.levels ??
        [...new Set(corpus.ratings.filter((r) => !Number.isNaN(r)))].sort((a, b) => a - b).slice(0, 21),
    },
    seconds,
  };
}
