/**
 * A search for options on the rated reviews that it is given: at random (Bergstra and Bengio 2012) or by successive halving. Reviews
 * for a final test are not for a search: leave them out of what is given here. The best of many trials looks better than it is.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { differences, identityOf } from '../checkpoint/identity.ts';
import { PieceFolder } from '../checkpoint/pieces.ts';
import { StarlingError } from '../errors.ts';
import { takeOver } from '../finetuning/transfer.ts';
import { type Options, resolveOptions } from '../options.ts';
import { type EncoderData, learnEncoders } from '../pretraining/encoders.ts';
import type { OnProgress } from '../progress.ts';
import { RandomStream } from '../random.ts';
import { readTransfer } from '../saved/transfer.ts';
import { gatherReviews, type ReviewSource } from '../text/review-corpus.ts';
import { openEngine } from '../tfjs/node-engine.ts';
import { VERSION } from '../version.ts';
import { Clock } from './clock.ts';
import { type Gain, gainOf, isWorth } from './gain.ts';
import { judge, orDiverged, planSearch } from './judge.ts';
import { encoderKey, trialOptions } from './sample.ts';
import { halvingJobs, type Job, randomJobs, rungSizes, type Strategy } from './schedule.ts';
import { defaultSpace, type Space } from './space.ts';
import { restoreTrial, stateOfTrial, type Trial } from './trial.ts';

/** Numbers of trials; only a bound for what is read. */
export const MOST_TRIALS = 100_000;
/** Sets of encoders that are kept at a time by halving, which comes back to them: each may take hundreds of megabytes. */
const KEPT = 3;

export interface TuneSettings {
  /** What the first trial has, and all others where the space says nothing. */
  readonly options?: Partial<Options>;
  readonly space?: Space;
  /** Default: random. */
  readonly strategy?: Strategy;
  readonly unlabelled?: ReviewSource;
  readonly levels?: readonly number[];
  /** Folder of the trials: those that are there are not made again. */
  readonly dir: string;
  /** No trial but the first begins that would, by those before it, end later than this many seconds after that began; 0 for none. */
  readonly seconds: number;
  /** Make these trials only, from 1, whatever the time: at random, since halving cannot know them before. */
  readonly trials?: readonly number[];
  readonly onProgress?: OnProgress;
  /** Is told of each trial as it ends, or is found; `best`: it is the best so far; `chosen`: as of the result, so far. */
  readonly onTrial?: (
    trial: Trial,
    best: boolean,
    found: boolean,
    chosen: Trial | null,
  ) => void | Promise<void>;
  /** Is told how trials are judged, before the first. */
  readonly onPlan?: (plan: TunePlan) => void;
}

export interface TunePlan {
  /** Rated reviews that a trial learns from, and that judge it. */
  readonly training: number;
  readonly judging: number;
  readonly unrated: number;
  /** Numbers of rated reviews that trials learn from, from few to all; one only at random. */
  readonly rungs: readonly number[];
}

export interface TuneResult {
  /** Of those that learned from all reviews; null when none ended well. */
  readonly best: Trial | null;
  /** Of the best over the first trial; null without the two. */
  readonly gain: Gain | null;
  /** The best, where it is better than the first trial by more than a standard error; else the first. */
  readonly chosen: Trial | null;
  /** As they were made, or would have been: at random in order of their numbers. */
  readonly trials: readonly Trial[];
  readonly plan: TunePlan;
  readonly strategy: Strategy;
  readonly space: Space;
  readonly options: Options;
  readonly version: string;
  readonly seconds: number;
}

/**
 * Searches until the time is over.
 * @throws StarlingError NOT_ENOUGH_DATA for fewer than 20 rated reviews; BAD_CHECKPOINT when the folder holds trials of another search;
 *   BAD_OPTION for halving with `trials`
 */
export async function tune(reviews: ReviewSource, settings: TuneSettings): Promise<TuneResult> {
  const started = performance.now();
  const options = resolveOptions(settings.options);
  const { space = defaultSpace, strategy = 'random', levels, dir, trials: wanted } = settings;
  const { onProgress, onTrial } = settings;
  if (strategy === 'halving' && wanted) throw notBoth();
  const corpus = await gatherReviews(reviews, options, settings.unlabelled);
  const search = planSearch(corpus, options);
  const training = search.train.length;
  const rungs = strategy === 'halving' ? rungSizes(training) : [training];
  const plan = { training, judging: search.judges.length, unrated: search.seen.length - training, rungs };
  settings.onPlan?.(plan);
  const engine = await openEngine(options.threads, options.engine);
  try {
    const transfer = await readTransfer(options);
    const transferOf = (own: Options) => (own.transfer === options.transfer ? transfer : readTransfer(own));
    const identity = identityOf('tune', options, engine.name, corpus, { levels, transfer });
    const full = rungs.length - 1;
    // Trials on all reviews are the same for both strategies, and in one place.
    const pieces = rungs.map(
      (size, rung) =>
        new PieceFolder({
          dir: rung === full ? dir : join(dir, `with-${size}`),
          kind: 'trial',
          of: MOST_TRIALS,
          identity: { ...identity, options: { ...identity.options, space } },
          differences: (before, now) => differences(before, now),
        }),
    );
    const trials: Trial[] = [];
    const done: (Job & Pick<Trial, 'rmse'>)[] = [];
    let [first, best] = [null, null] as [Trial | null, Trial | null];
    /** Squared errors of the two. */
    let [givenSquares, bestSquares] = [null, null] as [Float32Array | null, Float32Array | null];
    const gained = () => givenSquares && bestSquares && gainOf(givenSquares, bestSquares);
    const choice = (): Trial | null => (isWorth(gained()) ? best : first);
    const add = async (
      trial: Trial,
      { rung }: Job,
      squares: Float32Array | null,
      found: boolean,
    ): Promise<void> => {
      trials.push(trial);
      done.push({ trial: trial.trial, rung, rmse: trial.rmse });
      const better = rung === full && trial.rmse !== null && (best === null || trial.rmse < best.rmse!);
      if (better) [best, bestSquares] = [trial, squares];
      if (trial.trial === 1) [first, givenSquares] = [trial, squares];
      await onTrial?.(trial, better, found, choice());
    };
    const encoders = new KeptEncoders(strategy === 'halving' ? KEPT : 1, (own) => {
      const stream = RandomStream.fromSeed(options.seed).split('pretraining');
      return orDiverged(() => learnEncoders(engine, corpus, search.seen, own, stream, onProgress));
    });
    const clock = new Clock(settings.seconds);
    const last = strategy === 'halving' ? 0 : await lastTrial(dir);
    const jobs =
      strategy === 'halving'
        ? halvingJobs(done, rungs.length)
        : randomJobs(wanted, wanted ? Math.max(...wanted) : MOST_TRIALS);
    for (const job of jobs) {
      const { trial: number, rung } = job;
      if (number > MOST_TRIALS) break;
      const own = { trial: number, options: trialOptions(options, space, number), reviews: rungs[rung] };
      const saved = await pieces[rung].read(number);
      if (saved) {
        const trial = restoreTrial(saved, own);
        const squares = trial.rmse === null ? null : saved.array('squares', plan.judging);
        await add(trial, job, squares, true);
        continue;
      }
      const pretrains = !encoders.has(own.options);
      if (!wanted && !clock.allows(own.reviews, pretrains)) {
        if (number > last) break;
        continue;
      }
      const from = performance.now();
      const learned = await encoders.of(own.options);
      const between = performance.now();
      const begun = learned && takeOver(learned, own.options, await transferOf(own.options), onProgress);
      const judged =
        begun &&
        (await judge(engine, corpus, search, own.reviews, begun.encoders, begun.options, levels, onProgress));
      const [pretraining, fit] = [(between - from) / 1000, (performance.now() - between) / 1000];
      clock.spent(own.reviews, pretrains ? pretraining : null, fit);
      const { squares, ...figures } = judged ?? FAILED;
      const trial: Trial = { ...own, ...figures, seconds: pretraining + fit };
      await pieces[rung].write(number, stateOfTrial(trial, squares));
      await add(trial, job, squares, false);
    }
    const seconds = (performance.now() - started) / 1000;
    return {
      best,
      gain: gained(),
      chosen: choice(),
      trials,
      plan,
      strategy,
      space,
      options,
      version: VERSION,
      seconds,
    };
  } finally {
    engine.close();
  }
}

const FAILED = { rmse: null, standardError: null, bestEpoch: 0, squares: null } as const;

/** Encoders of some options: the last few that were asked for are kept. Null where pre-training diverged. */
class KeptEncoders {
  private readonly kept = new Map<string, EncoderData | null>();
  private readonly most: number;
  private readonly learn: (options: Options) => Promise<EncoderData | null>;

  constructor(most: number, learn: (options: Options) => Promise<EncoderData | null>) {
    this.most = most;
    this.learn = learn;
  }

  has(options: Options): boolean {
    return this.kept.has(encoderKey(options));
  }

  async of(options: Options): Promise<EncoderData | null> {
    const key = encoderKey(options);
    const there = this.kept.get(key);
    // Room is made before, not after: one more would take as much memory again.
    if (there === undefined && this.kept.size >= this.most) this.kept.delete(this.kept.keys().next().value!);
    const encoders = there === undefined ? await this.learn(options) : there;
    this.kept.delete(key);
    this.kept.set(key, encoders);
    return encoders;
  }
}

/** Number of the last trial in a folder; 0 for none. */
async function lastTrial(dir: string): Promise<number> {
  const names = await readdir(dir).catch(() => []);
  return Math.max(0, ...names.map((name) => Number(/^trial-(\d{1,6})\.json$/.exec(name)?.[1] ?? 0)));
}

function notBoth(): StarlingError {
  return new StarlingError(
    'BAD_OPTION',
    'halving was given with the numbers of trials: which are made follows from how those before them did',
    'Give --minutes; or leave --strategy halving out, and let several machines make trials at random.',
  );
}
