/**
 * K-fold cross-validation of the whole recipe, with two baselines on the same folds: the constant predictor and the
 * network without hidden layers. Protocol: vocabulary, scaling and pre-training never see the text of a test fold
 * (unless `transductive`); exact repeats of a text stay in one fold, and unrated copies of rated texts are left out.
 */
import { identityOf } from '../checkpoint/identity.ts';
import { type CheckpointSettings, openCheckpoint } from '../checkpoint/store.ts';
import { type Options, resolveOptions } from '../options.ts';
import type { OnProgress } from '../progress.ts';
import type { ReviewSource } from '../text/review-corpus.ts';
import { openEngine } from '../tfjs/node-engine.ts';
import type { CrossValidationResult } from './results.ts';
import { type FoldSettings, planFolds, runFolds, withSharedEncoders } from './run-folds.ts';
import { summarise, testedReviews } from './summarise.ts';

export interface CrossValidationSettings extends FoldSettings {
  readonly options?: Partial<Options>;
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
  const { levels, encoders, keepPredictions = false, keepMistakes = 0, onProgress } = settings;
  const mistakes = keepPredictions ? keepMistakes : 0;
  const bare = await planFolds(reviews, options, settings, mistakes);
  const engine = await openEngine(options.threads, options.engine);
  try {
    const about = { levels, encoders, transfer: bare.transfer, keepMistakes: mistakes };
    const checkpoint =
      settings.checkpoint &&
      (await openCheckpoint(
        settings.checkpoint,
        identityOf('crossvalidate', options, engine.name, bare.corpus, about),
      ));
    const plan = await withSharedEncoders(engine, bare, onProgress, checkpoint);
    const chosen = Array.from({ length: options.folds }, (_, fold) => fold);
    const onNote = settings.checkpoint?.onNote;
    const outcomes = await runFolds({ engine, plan, chosen, onProgress, checkpoint, onNote });
    const result = summarise(plan, outcomes, (performance.now() - started) / 1000);
    return keepPredictions ? { ...result, tested: testedReviews(plan, outcomes) } : result;
  } finally {
    engine.close();
  }
}
