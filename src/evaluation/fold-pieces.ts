/**
 * A cross-validation in pieces, for several machines: each computes some of the folds and leaves each as a piece; read
 * together, they give the result that one machine gives, to the bit. Which machine makes which piece is the caller's affair.
 */
import type { Saved } from '../checkpoint/checkpoint.ts';
import { differences, identityOf, type RunIdentity } from '../checkpoint/identity.ts';
import { PieceFolder } from '../checkpoint/pieces.ts';
import { type CheckpointSettings, openCheckpoint } from '../checkpoint/store.ts';
import { StarlingError } from '../errors.ts';
import { type Options, resolveOptions } from '../options.ts';
import type { OnProgress } from '../progress.ts';
import type { ReviewSource } from '../text/review-corpus.ts';
import { openEngine } from '../tfjs/node-engine.ts';
import type { FoldPlan } from './fold.ts';
import { FoldRules } from './fold-rules.ts';
import type { CrossValidationResult } from './results.ts';
import { type FoldSettings, planFolds, runFolds, withSharedEncoders } from './run-folds.ts';
import { restoreOutcome, rulesOf, savedRules, stateOfOutcome } from './saved-fold.ts';
import { summarise, testedReviews } from './summarise.ts';

export interface FoldPieceSettings extends FoldSettings {
  readonly options?: Partial<Options>;
  /** Folder of the pieces; made when there is one to write. */
  readonly dir: string;
  /** As in `CrossValidationSettings`; a part of what a piece holds, so the same for all of them. */
  readonly keepMistakes?: number;
}

/** A piece that is there now. */
export interface FoldPiece {
  /** From 1. */
  readonly fold: number;
  readonly file: string;
  readonly rmse: number;
  readonly seconds: number;
  /** False when it was there before. */
  readonly computed: boolean;
}

/** The end of an epoch of a pre-training that all folds share. */
export interface SharedEpoch {
  readonly layer: number;
  readonly epoch: number;
  readonly cost: number;
}

/**
 * Computes some folds, those that are there whole already excepted.
 * @param folds their numbers, from 1
 * @throws StarlingError BAD_OPTION for a number that is none; as `crossValidate`; BAD_CHECKPOINT when a piece of another run
 *   is there
 */
export async function crossValidateFolds(
  reviews: ReviewSource,
  folds: readonly number[],
  settings: FoldPieceSettings & {
    readonly checkpoint?: CheckpointSettings;
    readonly onProgress?: OnProgress;
  },
): Promise<FoldPiece[]> {
  const options = resolveOptions(settings.options);
  for (const fold of folds) {
    if (Number.isInteger(fold) && fold >= 1 && fold <= options.folds) continue;
    throw new StarlingError('BAD_OPTION', `there is no fold ${fold}, expected 1 to ${options.folds}`);
  }
  const { keepMistakes = 0, onProgress } = settings;
  const bare = await planFolds(reviews, options, settings, keepMistakes);
  const engine = await openEngine(options.threads, options.engine);
  try {
    const pieces = piecesOf(settings, bare, engine.name);
    const there = new Map<number, FoldPiece>();
    for (const fold of new Set(folds)) {
      const saved = await pieces.read(fold);
      if (!saved) continue;
      const { result } = restoreOutcome(saved, bare, fold - 1);
      there.set(fold, { ...figures(result), file: pieces.path(fold), computed: false });
    }
    const made = new Map(there);
    const chosen = [...new Set(folds)].filter((fold) => !there.has(fold)).map((fold) => fold - 1);
    if (chosen.length > 0) {
      const checkpoint =
        settings.checkpoint &&
        (await openCheckpoint(settings.checkpoint, identityFor(settings, bare, engine.name)));
      const pretraining: SharedEpoch[] = [];
      const shared: string[] = [];
      const overhear: OnProgress = (event) => {
        const { epochEnd, layer, epoch, cost, rule } = event;
        if (epochEnd && layer && epoch && cost !== undefined) pretraining.push({ layer, epoch, cost });
        if (rule !== undefined) shared.push(rule);
        onProgress?.(event);
      };
      const plan = await withSharedEncoders(engine, bare, overhear, checkpoint);
      const onNote = settings.checkpoint?.onNote;
      await runFolds({
        ...{ engine, plan, chosen, onProgress, checkpoint, onNote },
        async onOutcome(outcome) {
          const { data, arrays } = stateOfOutcome(outcome);
          const { fold } = outcome.result;
          const before = { pretraining, commonRules: savedRules(shared) };
          await pieces.write(fold, { data: { ...data, ...before }, arrays });
          made.set(fold, { ...figures(outcome.result), file: pieces.path(fold), computed: true });
        },
      });
    }
    return [...made.values()].sort((a, b) => a.fold - b.fold);
  } finally {
    engine.close();
  }
}

/**
 * What `crossValidate` gives, with `tested`, from pieces that were made with the same reviews and settings. `seconds` are those of the folds,
 * added up.
 * @returns also the epochs of the pre-training that the folds share, and what rules chose, as events told them
 * @throws StarlingError NOT_ENOUGH_DATA when pieces are missing; BAD_CHECKPOINT when one is damaged, there twice, or of another run
 */
export async function mergeFolds(
  reviews: ReviewSource,
  settings: FoldPieceSettings,
): Promise<{
  readonly result: CrossValidationResult;
  readonly pretraining: readonly SharedEpoch[];
  readonly rules: readonly string[];
}> {
  const options = resolveOptions(settings.options);
  const plan = await planFolds(reviews, options, settings, settings.keepMistakes ?? 0);
  // Which kernels made the pieces must not differ among them; here nothing is computed.
  const saved = await piecesOf(settings, plan, '').readAll('engine');
  const outcomes = saved.map((one, fold) => restoreOutcome(one, plan, fold));
  const seconds = outcomes.reduce((sum, { result }) => sum + result.seconds, 0);
  const told = new FoldRules();
  const rules = outcomes.flatMap((outcome, fold) => told.told(outcome.rules, fold === 0));
  const result = { ...summarise(plan, outcomes, seconds), tested: testedReviews(plan, outcomes) };
  return { result, pretraining: sharedEpochs(saved), rules: [...rulesOf(saved[0], 'commonRules'), ...rules] };
}

function piecesOf(
  settings: FoldPieceSettings,
  plan: FoldPlan,
  engine: string,
): PieceFolder<RunIdentity & Readonly<Record<string, unknown>>> {
  const identity = { ...identityFor(settings, plan, engine) };
  return new PieceFolder({ dir: settings.dir, kind: 'fold', of: plan.options.folds, identity, differences });
}

function identityFor(settings: FoldPieceSettings, plan: FoldPlan, engine: string): RunIdentity {
  const { levels, encoders, keepMistakes = 0 } = settings;
  const { options, corpus, transfer } = plan;
  return identityOf('crossvalidate', options, engine, corpus, { levels, encoders, transfer, keepMistakes });
}

function figures({ fold, rmse, seconds }: { fold: number; rmse: number; seconds: number }) {
  return { fold, rmse, seconds };
}

/** Of the piece that knows most: one that went on from a checkpoint has heard the end of the pre-training only. */
function sharedEpochs(saved: readonly Saved[]): SharedEpoch[] {
  const known = saved.map((one) =>
    one.list('pretraining').map((epoch) => ({
      layer: epoch.integer('layer', 1, 1000),
      epoch: epoch.integer('epoch', 1, 1e6),
      cost: epoch.number('cost'),
    })),
  );
  return known.reduce((a, b) => (b.length > a.length ? b : a));
}
