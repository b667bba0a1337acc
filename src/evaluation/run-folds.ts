/**
 * What stands before the folds of a cross-validation (which review is in which fold, what all folds share), and the running
 * of some or all of them. Not what is made of their outcomes: see cross-validate.ts and fold-pieces.ts.
 */
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { CheckpointData } from '../checkpoint/store.ts';
import { stratifiedFolds } from '../corpus/folds.ts';
import { StarlingError } from '../errors.ts';
import type { Engine } from '../kernels/engine.ts';
import { runTasks } from '../kernels/node-tasks.ts';
import { workerFile } from '../kernels/node-worker-file.ts';
import type { Options } from '../options.ts';
import { type EncoderData, learnEncoders } from '../pretraining/encoders.ts';
import type { OnProgress } from '../progress.ts';
import { RandomStream } from '../random.ts';
import { readTransfer } from '../saved/transfer.ts';
import { gatherReviews, type ReviewSource } from '../text/review-corpus.ts';
import type { FoldOutcome, FoldPlan } from './fold.ts';
import { type FoldTaskData, type TaskMessage, toTaskData } from './fold-task.ts';
import { FoldsProgress } from './folds-progress.ts';
import { runSavedFold } from './saved-fold.ts';

/** What a cross-validation is given that decides its numbers, besides the reviews and the options. */
export interface FoldSettings {
  /** Reviews for vocabulary and pre-training only. */
  readonly unlabelled?: ReviewSource;
  /** The rating scale; learned from the ratings when not given. */
  readonly levels?: readonly number[];
  /** Encoders that were pre-trained before; they must not have seen the rated reviews. */
  readonly encoders?: EncoderData;
}

/**
 * Reads the reviews and puts each into its fold. Depends on the reviews and the options only.
 * @throws StarlingError NOT_ENOUGH_DATA when there are fewer distinct rated texts than folds; NO_SUCH_FILE, BAD_MODEL for the model
 *   to transfer from
 */
export async function planFolds(
  reviews: ReviewSource,
  options: Options,
  { unlabelled, levels, encoders }: FoldSettings,
  mistakes: number,
): Promise<FoldPlan> {
  const transfer = await readTransfer(options);
  const corpus = await gatherReviews(reviews, options, unlabelled);
  const ratings = Float64Array.from(corpus.rated, (row) => corpus.ratings[row]);
  const groups = Float64Array.from(corpus.rated, (row) => corpus.tokens.fingerprint(row));
  if (corpus.rated.length < options.folds) {
    throw new StarlingError(
      'NOT_ENOUGH_DATA',
      `${corpus.rated.length} rated reviews are too few for ${options.folds} folds`,
      'Use fewer folds, or name the rating column with --rating.',
    );
  }
  const ratedTexts = new Set(groups);
  const unrated = corpus.unrated.filter((row) => !ratedTexts.has(corpus.tokens.fingerprint(row)));
  const stream = RandomStream.fromSeed(options.seed);
  const folds = stratifiedFolds(ratings, groups, options.folds, stream.split('folds'));
  return { corpus, folds, options, levels, encoders, transfer, unrated, mistakes };
}

/**
 * The plan with one vocabulary and pre-training for all folds, when that is clean and sound: on the unrated reviews
 * alone, if they are at least as many as the rated ones; on everything, if the user asked for the transductive variant.
 */
export async function withSharedEncoders(
  engine: Engine,
  plan: FoldPlan,
  onProgress?: OnProgress,
  checkpoint?: Checkpoint,
): Promise<FoldPlan> {
  const { corpus, options, unrated } = plan;
  if (plan.encoders) return plan;
  const shared = options.transductive || unrated.length >= corpus.rated.length;
  const rule = sharingRule(options, corpus.rated.length, unrated.length);
  onProgress?.({ phase: 'vocabulary', fraction: 0, epochEnd: false, rule });
  if (!shared) return plan;
  const all = Int32Array.from({ length: corpus.tokens.length }, (_, row) => row);
  const rows = options.transductive ? all : unrated;
  const stream = RandomStream.fromSeed(options.seed).split('pretraining');
  const place = checkpoint?.part('pretraining');
  const encoders = await learnEncoders(engine, corpus, rows, options, stream, onProgress, place);
  return { ...plan, encoders };
}

function sharingRule({ transductive }: Options, rated: number, unrated: number): string {
  const count = (n: number): string => n.toLocaleString('en-US');
  const what = 'vocabulary and pre-training:';
  if (transductive) return `${what} once for all folds, from all reviews (transductive)`;
  return unrated >= rated
    ? `${what} once for all folds, from the ${count(unrated)} unrated reviews, which are as many as the rated ones or more`
    : `${what} anew in each fold, from its training reviews${unrated > 0 ? ` and the ${count(unrated)} unrated ones` : ''}, since fewer are unrated than rated`;
}

export interface FoldRun {
  readonly engine: Engine;
  readonly plan: FoldPlan;
  /** Numbers of the folds that are run, from 0. */
  readonly chosen: readonly number[];
  readonly onProgress?: OnProgress;
  readonly checkpoint?: Checkpoint & { readonly data: CheckpointData };
  readonly onNote?: (sentence: string) => void;
  /** Is called as each fold ends; what it gives is waited for. */
  readonly onOutcome?: (outcome: FoldOutcome) => Promise<void>;
}

/**
 * Several folds side by side, one thread each; one alone, or with one thread, one after another. The results are the
 * same.
 */
export async function runFolds(run: FoldRun): Promise<FoldOutcome[]> {
  const { engine, plan, chosen, onProgress, checkpoint, onNote, onOutcome } = run;
  const progress = new FoldsProgress(plan.options.folds, onProgress, chosen);
  if (engine.threads > 1 && chosen.length > 1) {
    return runTasks<FoldTaskData, number, FoldOutcome, TaskMessage>(
      {
        module: workerFile('fold-task', import.meta.url),
        data: toTaskData(plan, checkpoint?.data),
        tasks: chosen,
        workers: engine.threads,
      },
      (fold, message) => {
        if ('checkpointNote' in message) onNote?.(message.checkpointNote);
        else progress.hear(fold, message);
      },
      onOutcome,
    );
  }
  const outcomes: FoldOutcome[] = [];
  for (const fold of chosen) {
    const outcome = await runSavedFold(engine, plan, fold, (event) => progress.hear(fold, event), checkpoint);
    progress.hear(fold, { rmse: outcome.result.rmse });
    await onOutcome?.(outcome);
    outcomes.push(outcome);
  }
  return outcomes;
}
