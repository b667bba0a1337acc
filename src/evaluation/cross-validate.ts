/**
 * K-fold cross-validation of the whole recipe, with two baselines on the same folds: the constant predictor and the
 * network without hidden layers. Protocol: vocabulary, scaling and pre-training never see the text of a test fold
 * (unless `transductive`); exact repeats of a text stay in one fold, and unrated copies of rated texts are left out.
 */

import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { identityOf } from '../checkpoint/identity.ts';
import { type CheckpointData, type CheckpointSettings, openCheckpoint } from '../checkpoint/store.ts';
import { stratifiedFolds } from '../corpus/folds.ts';
import { StarlingError } from '../errors.ts';
import type { Engine } from '../kernels/engine.ts';
import { runTasks } from '../kernels/node-tasks.ts';
import { workerFile } from '../kernels/node-worker-file.ts';
import { type Options, resolveOptions } from '../options.ts';
import { type EncoderData, learnEncoders } from '../pretraining/encoders.ts';
import type { OnProgress } from '../progress.ts';
import { RandomStream } from '../random.ts';
import { gatherReviews, type ReviewCorpus, type ReviewSource } from '../text/review-corpus.ts';
import { openEngine } from '../tfjs/node-engine.ts';
import type { FoldOutcome, FoldPlan } from './fold.ts';
import { type FoldTaskData, type TaskMessage, toTaskData } from './fold-task.ts';
import { FoldsProgress } from './folds-progress.ts';
import type { CrossValidationResult } from './results.ts';
import { runSavedFold } from './saved-fold.ts';
import { summarise, testedReviews } from './summarise.ts';

export interface CrossValidationSettings {
  readonly options?: Partial<Options>;
  /** Reviews for vocabulary and pre-training only. */
  readonly unlabelled?: ReviewSource;
  /** The rating scale; learned from the ratings when not given. */
  readonly levels?: readonly number[];
  /** Encoders that were pre-trained before; they must not have seen the rated reviews. */
  readonly encoders?: EncoderData;
  /** Give every test review with its prediction back, as `tested`. */
  readonly keepPredictions?: boolean;
  /**
   * With `keepPredictions`: how many of the worst mistakes of each fold, too high and too low each, can be explained
   * afterwards (`tested.excerpts`). Each costs memory for its different terms times the units of the first layer.
   */
  readonly keepMistakes?: number;
  /** Saves the state of the run now and then, so that it can go on after a crash; see `removeCheckpoint`. */
  readonly checkpoint?: CheckpointSettings;
  readonly onProgress?: OnProgress;
}

/**
 * Cross-validates on the rated reviews.
 * @throws StarlingError NOT_ENOUGH_DATA when there are fewer distinct rated texts than folds; DIVERGED;
 *   BAD_CHECKPOINT, INTERRUPTED
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
  const engine = await openEngine(options.threads, options.engine);
  try {
    const { levels, keepPredictions = false, keepMistakes = 0, onProgress } = settings;
    const mistakes = keepPredictions ? keepMistakes : 0;
    const about = { levels, encoders: settings.encoders, keepMistakes: mistakes };
    const checkpoint =
      settings.checkpoint &&
      (await openCheckpoint(
        settings.checkpoint,
        identityOf('crossvalidate', options, engine.name, corpus, about),
      ));
    const place = checkpoint?.part('pretraining');
    const encoders =
      settings.encoders ??
      (await sharedEncoders(engine, corpus, unrated, options, stream, onProgress, place));
    const plan: FoldPlan = { corpus, folds, options, levels, encoders, unrated, mistakes };
    const outcomes = await runFolds(engine, plan, onProgress, checkpoint, settings.checkpoint?.onNote);
    const result = summarise(plan, outcomes, (performance.now() - started) / 1000);
    return keepPredictions ? { ...result, tested: testedReviews(plan, outcomes) } : result;
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
  checkpoint?: Checkpoint,
): Promise<EncoderData | undefined> {
  const all = Int32Array.from({ length: corpus.tokens.length }, (_, row) => row);
  if (!options.transductive && unrated.length < corpus.rated.length) return undefined;
  const rows = options.transductive ? all : unrated;
  return learnEncoders(engine, corpus, rows, options, stream.split('pretraining'), onProgress, checkpoint);
}

/**
 * Whole folds side by side, one thread each; with one thread one after another. The results are the same.
 */
async function runFolds(
  engine: Engine,
  plan: FoldPlan,
  onProgress?: OnProgress,
  checkpoint?: Checkpoint & { readonly data: CheckpointData },
  onNote?: (sentence: string) => void,
): Promise<FoldOutcome[]> {
  const { folds } = plan.options;
  const progress = new FoldsProgress(folds, onProgress);
  if (engine.threads > 1) {
    return runTasks<FoldTaskData, FoldOutcome, TaskMessage>(
      {
        module: workerFile('fold-task', import.meta.url),
        data: toTaskData(plan, checkpoint?.data),
        tasks: folds,
        workers: engine.threads,
      },
      (fold, message) => {
        if ('checkpointNote' in message) onNote?.(message.checkpointNote);
        else progress.hear(fold, message);
      },
    );
  }
  const outcomes: FoldOutcome[] = [];
  for (let fold = 0; fold < folds; fold++) {
    const outcome = await runSavedFold(engine, plan, fold, (event) => progress.hear(fold, event), checkpoint);
    progress.hear(fold, { rmse: outcome.result.rmse });
    outcomes.push(outcome);
  }
  return outcomes;
}
