/**
 * Random search for options (Bergstra and Bengio 2012) on the rated reviews that it is given: a part of them is set aside, of which
 * neither vocabulary, pre-training nor fine-tuning see the text or the ratings, and each trial is judged by its RMSE there. Reviews for
 * a final test are not for a search: leave them out of what is given here. The best of many trials looks better than it is.
 */
import { readdir } from 'node:fs/promises';
import { differences, identityOf } from '../checkpoint/identity.ts';
import { PieceFolder } from '../checkpoint/pieces.ts';
import { stratifiedSplit } from '../corpus/folds.ts';
import { StarlingError } from '../errors.ts';
import { fitHeldOut } from '../evaluation/held-out.ts';
import type { Engine } from '../kernels/engine.ts';
import { rootMeanSquaredError } from '../metrics.ts';
import { type Options, resolveOptions } from '../options.ts';
import { type EncoderData, learnEncoders } from '../pretraining/encoders.ts';
import type { OnProgress } from '../progress.ts';
import { RandomStream } from '../random.ts';
import { gatherReviews, type ReviewCorpus, type ReviewSource } from '../text/review-corpus.ts';
import { openEngine } from '../tfjs/node-engine.ts';
import { VERSION } from '../version.ts';
import { encoderKey, trialOptions } from './sample.ts';
import { defaultSpace, type Space } from './space.ts';
import { restoreTrial, stateOfTrial, type Trial } from './trial.ts';

/** Numbers of trials; only a bound for what is read. */
export const MOST_TRIALS = 100_000;
/** Part of the rated reviews that judges: more of few, so that it says something. */
const JUDGING = 0.2;
const JUDGING_OF_FEW = 1 / 3;
const FEW = 1500;
/** More judges would not judge better, only longer. */
const MOST_JUDGING = 10_000;

export interface TuneSettings {
  /** What the first trial has, and all others where the space says nothing. */
  readonly options?: Partial<Options>;
  readonly space?: Space;
  readonly unlabelled?: ReviewSource;
  readonly levels?: readonly number[];
  /** Folder of the trials: those that are there are not made again. */
  readonly dir: string;
  /** No trial but the first begins that would, by those before it, end later than this many seconds after that began; 0 for none. */
  readonly seconds: number;
  /** Make these trials only, from 1, whatever the time. */
  readonly trials?: readonly number[];
  readonly onProgress?: OnProgress;
  /** Is told of each trial as it ends, or is found; `best`: it is the best so far. */
  readonly onTrial?: (trial: Trial, best: boolean, found: boolean) => void | Promise<void>;
  /** Is told how trials are judged, before the first. */
  readonly onPlan?: (plan: TunePlan) => void;
}

export interface TunePlan {
  /** Rated reviews that a trial learns from, and that judge it. */
  readonly training: number;
  readonly judging: number;
  readonly unrated: number;
}

export interface TuneResult {
  /** Null when there is no trial that ended well. */
  readonly best: Trial | null;
  /** In order of their numbers. */
  readonly trials: readonly Trial[];
  readonly plan: TunePlan;
  readonly space: Space;
  readonly options: Options;
  readonly version: string;
  readonly seconds: number;
}

/**
 * Searches until the time is over.
 * @throws StarlingError NOT_ENOUGH_DATA for fewer than 20 rated reviews; BAD_CHECKPOINT when the folder holds trials of another search
 */
export async function tune(reviews: ReviewSource, settings: TuneSettings): Promise<TuneResult> {
  const started = performance.now();
  const options = resolveOptions(settings.options);
  const { space = defaultSpace, levels, dir, onProgress, onTrial } = settings;
  const corpus = await gatherReviews(reviews, options, settings.unlabelled);
  const search = planSearch(corpus, options);
  const plan: TunePlan = {
    training: search.train.length,
    judging: search.judges.length,
    unrated: search.seen.length - search.train.length,
  };
  settings.onPlan?.(plan);
  const engine = await openEngine(options.threads, options.engine);
  try {
    const identity = identityOf('tune', options, engine.name, corpus, { levels });
    const pieces = new PieceFolder({
      dir,
      kind: 'trial',
      of: MOST_TRIALS,
      identity: { ...identity, options: { ...identity.options, space } },
      differences: (before, now) => differences(before, now),
    });
    const trials: Trial[] = [];
    let best: Trial | null = null;
    const add = async (trial: Trial, found: boolean): Promise<void> => {
      trials.push(trial);
      const better = trial.rmse !== null && (best === null || trial.rmse < best.rmse!);
      if (better) best = trial;
      await onTrial?.(trial, better, found);
    };
    let kept = null as { readonly key: string; readonly encoders: EncoderData } | null;
    const began = performance.now();
    let spent = 0;
    let made = 0;
    const isTime = (): boolean => {
      const elapsed = (performance.now() - began) / 1000;
      // The first is made in any case: reading alone may have taken longer.
      return settings.seconds > 0 && (made === 0 || elapsed + spent / made <= settings.seconds);
    };
    const last = await lastTrial(dir);
    const wanted = settings.trials && new Set(settings.trials);
    const end = wanted ? Math.max(...wanted) : MOST_TRIALS;
    for (let number = 1; number <= end; number++) {
      if (wanted && !wanted.has(number)) continue;
      if (!wanted && number > last && !isTime()) break;
      const saved = await pieces.read(number);
      const own = trialOptions(options, space, number);
      if (saved) {
        await add(restoreTrial(saved, number, own), true);
        continue;
      }
      if (!wanted && !isTime()) continue;
      const from = performance.now();
      const key = encoderKey(own);
      if (kept?.key !== key) {
        kept = null;
        const stream = RandomStream.fromSeed(options.seed).split('pretraining');
        const encoders = await orDiverged(() =>
          learnEncoders(engine, corpus, search.seen, own, stream, onProgress),
        );
        kept = encoders && { key, encoders };
      }
      const judged = kept && (await judge(engine, corpus, search, kept.encoders, own, levels, onProgress));
      const seconds = (performance.now() - from) / 1000;
      const trial: Trial = { trial: number, options: own, ...(judged ?? FAILED), seconds };
      await pieces.write(number, stateOfTrial(trial));
      spent += seconds;
      made++;
      await add(trial, false);
    }
    const seconds = (performance.now() - started) / 1000;
    return { best, trials, plan, space, options, version: VERSION, seconds };
  } finally {
    engine.close();
  }
}

const FAILED = { rmse: null, standardError: null, bestEpoch: 0 } as const;

interface Search {
  /** Rated rows to learn from, rated rows that judge, and all rows that vocabulary and pre-training may see. */
  readonly train: Int32Array;
  readonly judges: Int32Array;
  readonly seen: Int32Array;
}

/** The same for all trials. Copies of a judging text are on its side, or left out. */
function planSearch(corpus: ReviewCorpus, options: Options): Search {
  const { rated, tokens } = corpus;
  if (rated.length < 20) {
    throw new StarlingError(
      'NOT_ENOUGH_DATA',
      `${rated.length} rated reviews are too few to search with`,
      'Give at least 20; some hundreds are sensible. Name the rating column with --rating.',
    );
  }
  const ratings = Float64Array.from(rated, (row) => corpus.ratings[row]);
  const groups = Float64Array.from(rated, (row) => tokens.fingerprint(row));
  const share = rated.length < FEW ? JUDGING_OF_FEW : Math.min(JUDGING, MOST_JUDGING / rated.length);
  const stream = RandomStream.fromSeed(options.seed).split('tuning').split('judges');
  const part = stratifiedSplit(ratings, groups, share, stream);
  const judges = rated.filter((_, i) => part[i] === 1);
  const train = rated.filter((_, i) => part[i] === 0);
  const texts = new Set(Array.from(judges, (row) => tokens.fingerprint(row)));
  const unrated = corpus.unrated.filter((row) => !texts.has(tokens.fingerprint(row)));
  return { train, judges, seen: Int32Array.from([...train, ...unrated]) };
}

async function judge(
  engine: Engine,
  corpus: ReviewCorpus,
  { train, judges }: Search,
  encoders: EncoderData,
  options: Options,
  levels?: readonly number[],
  onProgress?: OnProgress,
): Promise<Pick<Trial, 'rmse' | 'standardError' | 'bestEpoch'> | null> {
  const stream = RandomStream.fromSeed(options.seed).split('finetuning');
  const what = { corpus, encoders, options, train, test: judges, stream, levels };
  const fit = await orDiverged(() => fitHeldOut(engine, what, onProgress));
  if (!fit) return null;
  const actual = Float64Array.from(judges, (row) => corpus.ratings[row]);
  const rmse = rootMeanSquaredError(fit.ratings, actual);
  // Of the mean squared error, carried over to its root (delta method).
  const squares = fit.ratings.map((rating, i) => (rating - actual[i]) ** 2);
  const variance = squares.reduce((sum, square) => sum + (square - rmse ** 2) ** 2, 0) / squares.length;
  const standardError = rmse > 0 ? Math.sqrt(variance / squares.length) / (2 * rmse) : 0;
  return { rmse, standardError, bestEpoch: fit.bestEpoch };
}

/** Null when what was tried diverged: that is a result of a search, and no end of it. */
async function orDiverged<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StarlingError && error.code === 'DIVERGED') return null;
    throw error;
  }
}

/** Number of the last trial in a folder; 0 for none. */
async function lastTrial(dir: string): Promise<number> {
  const names = await readdir(dir).catch(() => []);
  return Math.max(0, ...names.map((name) => Number(/^trial-(\d{1,6})\.json$/.exec(name)?.[1] ?? 0)));
}
