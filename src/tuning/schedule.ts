/**
 * Which trial a search makes next, on how many of the rated reviews. At random: one after the other, each on all. By successive
 * halving (Jamieson and Talwalkar 2016), in the form that needs no end to be known before (asynchronous: Li et al. 2020): each
 * begins on few reviews, and the best third of those on one rung are tried again on three times as many. What comes next
 * follows from the seed and from what came before, so that a search can go on where it was.
 */

export const strategies = ['random', 'halving'] as const;
export type Strategy = (typeof strategies)[number];

/** How many go on from a rung: one in this many; and how many times as many reviews the next rung has. */
const FACTOR = 3;
/** Fewer reviews would choose settings for another problem. */
const FEWEST = 300;

export interface Job {
  /** From 1. */
  readonly trial: number;
  /** From 0, which has the fewest reviews. */
  readonly rung: number;
}

export interface DoneJob extends Job {
  /** Null when it diverged. */
  readonly rmse: number | null;
}

/** Numbers of reviews, from few to all; one only where there are too few for more. */
export function rungSizes(all: number): number[] {
  const sizes = [all];
  while (sizes.length < 3 && sizes[0] / FACTOR >= FEWEST) sizes.unshift(Math.round(sizes[0] / FACTOR));
  return sizes;
}

/**
 * What successive halving does after `done`. The first trial is that of the options as given, on all reviews: it is what the
 * others are compared with, and there is something to return however short the time.
 */
export function nextJob(done: readonly DoneJob[], rungs: number): Job {
  const last = rungs - 1;
  if (done.length === 0) return { trial: 1, rung: last };
  const others = done.filter(({ trial }) => trial !== 1);
  for (let rung = last - 1; rung >= 0; rung--) {
    const here = others.filter((job) => job.rung === rung);
    const goOn = here
      .filter(({ rmse }) => rmse !== null)
      .sort((a, b) => a.rmse! - b.rmse! || a.trial - b.trial)
      .slice(0, Math.floor(here.length / FACTOR));
    const went = new Set(others.filter((job) => job.rung === rung + 1).map(({ trial }) => trial));
    const next = goOn.find(({ trial }) => !went.has(trial));
    if (next) return { trial: next.trial, rung: rung + 1 };
  }
  return { trial: 1 + Math.max(1, ...others.map(({ trial }) => trial)), rung: 0 };
}

/** The jobs of a search, without end. @param done is looked at each time: what has been done by then */
export function* halvingJobs(done: readonly DoneJob[], rungs: number): Generator<Job> {
  while (true) yield nextJob(done, rungs);
}

/** @param wanted these only */
export function* randomJobs(wanted: readonly number[] | undefined, end: number): Generator<Job> {
  const numbers = wanted && new Set(wanted);
  for (let trial = 1; trial <= end; trial++) if (!numbers || numbers.has(trial)) yield { trial, rung: 0 };
}
