/**
 * A search for options on the rated reviews that it is given: at random (Bergstra and Bengio 2012) or by successive halving. Reviews
 * for a final test are not for a search: leave them out of what is given here. The best of many trials looks better than it is.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { differences, identityOf } from '../checkpoint/identity.ts';
import { PieceFolder } from '../checkpoint/pieces.ts';
import { StarlingError } from '../errors.ts';
import { type Options, resolveOptions } from '../options.ts';
import { type EncoderData, learnEncoders } from '../pretraining/encoders.ts';
import type { OnProgress } from '../progress.ts';
import { RandomStream } from '../random.ts';
import { gatherReviews, type ReviewSource } from '../text/review-corpus.ts';
import { openEngine } from '../tfjs/node-engine.ts';
import { VERSION } from '../version.ts';
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
  /** Numbers of rated reviews that trials learn from, from few to all; one only at random. */
  readonly rungs: readonly number[];
}

export interface TuneResult {
  /** Of those that learned from all reviews; null when none ended well. */
  readonly best: Trial | null;
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
    const identity = identityOf('tune', options, engine.name, corpus, { levels });
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
    let best: Trial | null = null;
    const add = async (trial: Trial, { rung }: Job, found: boolean): Promise<void> => {
      trials.push(trial);
      done.push({ trial: trial.trial, rung, rmse: trial.rmse });
      const better = rung === full && trial.rmse !== null && (best === null || trial.rmse < best.rmse!);
      if (better) best = trial;
      await onTrial?.(trial, better, found);
    };
    const encodersOf = keeping(strategy === 'halving' ? KEPT : 1, (own) => {
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
        await add(restoreTrial(saved, own), job, true);
        continue;
      }
      if (!wanted && !clock.allows(rung)) {
        if (number > last) break;
        continue;
      }
      const from = performance.now();
      const encoders = await encodersOf(own.options);
      const judged =
        encoders &&
        (await judge(engine, corpus, search, rungs[rung], encoders, own.options, levels, onProgress));
      const seconds = (performance.now() - from) / 1000;
      const trial: Trial = { ...own, ...(judged ?? FAILED), seconds };
      await pieces[rung].write(number, stateOfTrial(trial));
      clock.spent(rung, seconds);
      await add(trial, job, false);
    }
    const seconds = (performance.now() - started) / 1000;
    return { best, trials, plan, strategy, space, options, version: VERSION, seconds };
  } finally {
    engine.close();
  }
}

const FAILED = { rmse: null, standardError: null, bestEpoch: 0 } as const;

/** Whether there is time for one more trial, judged by those that this run has made. */
class Clock {
  private readonly seconds: number;
  private readonly began = performance.now();
  private readonly made: { readonly rung: number; readonly seconds: number }[] = [];

  constructor(seconds: number) {
    this.seconds = seconds;
  }

  spent(rung: number, seconds: number): void {
    this.made.push({ rung, seconds });
  }

  allows(rung: number): boolean {
    if (this.seconds === 0) return false;
    // The first is made in any case: reading alone may have taken longer.
    if (this.made.length === 0) return true;
    const alike = this.made.filter((one) => one.rung === rung);
    const from = alike.length > 0 ? alike : this.made;
    const expected = from.reduce((sum, one) => sum + one.seconds, 0) / from.length;
    return (performance.now() - this.began) / 1000 + expected <= this.seconds;
  }
}

/** Encoders of some options: the last few that were asked for are kept. Null where pre-training diverged. */
function keeping(
  most: number,
  learn: (options: Options) => Promise<EncoderData | null>,
): (options: Options) => Promise<EncoderData | null> {
  const kept = new Map<string, EncoderData | null>();
  return async (options) => {
    const key = encoderKey(options);
    const there = kept.has(key);
    // Room is made before, not after: two at a time would take twice the memory.
    if (!there && kept.size >= most) kept.delete(kept.keys().next().value!);
    const encoders = there ? kept.get(key)! : await learn(options);
    kept.delete(key);
    kept.set(key, encoders);
    return encoders;
  };
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
