import { describe, expect, test } from 'vitest';
import { type DoneJob, type Job, nextJob, randomJobs, rungSizes } from '../../src/tuning/schedule.ts';

/** What successive halving does in its first `count` steps when trial t has this RMSE. */
function steps(count: number, rungs: number, rmseOf: (job: Job) => number | null): Job[] {
  const done: DoneJob[] = [];
  while (done.length < count) {
    const job = nextJob(done, rungs);
    done.push({ ...job, rmse: rmseOf(job) });
  }
  return done.map(({ trial, rung }) => ({ trial, rung }));
}

describe('successive halving', () => {
  test('has rungs of a third of the reviews each, three at most, none of fewer than 300', () => {
    expect(rungSizes(10_000)).toEqual([1111, 3333, 10_000]);
    expect(rungSizes(900)).toEqual([300, 900]);
    expect(rungSizes(899)).toEqual([899]);
  });

  test('begins with the options as given on all reviews, and never tries them on fewer', () => {
    const jobs = steps(60, 3, ({ trial }) => trial);
    expect(jobs[0]).toEqual({ trial: 1, rung: 2 });
    expect(jobs.filter(({ trial }) => trial === 1)).toHaveLength(1);
  });

  test('the best of every three goes on as soon as it is known', () => {
    const rmse = new Map([2, 9, 5, 1, 7, 3].map((value, i) => [i + 2, value]));
    expect(steps(9, 2, ({ trial }) => rmse.get(trial) ?? 10)).toEqual([
      { trial: 1, rung: 1 },
      { trial: 2, rung: 0 },
      { trial: 3, rung: 0 },
      { trial: 4, rung: 0 },
      { trial: 2, rung: 1 },
      { trial: 5, rung: 0 },
      // Of four, one may go on: now it is another one.
      { trial: 5, rung: 1 },
      { trial: 6, rung: 0 },
      { trial: 7, rung: 0 },
    ]);
  });

  test('of 27 trials the best nine are tried again, and of these the best three on all reviews', () => {
    // Trials get worse, so none goes on that is not among the best in the end.
    const jobs = steps(1 + 27 + 9 + 3, 3, ({ trial }) => trial);
    const on = (rung: number): number[] => jobs.filter((job) => job.rung === rung).map(({ trial }) => trial);
    expect(on(0)).toEqual(Array.from({ length: 27 }, (_, i) => i + 2));
    expect(on(1)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(on(2)).toEqual([1, 2, 3, 4]);
  });

  test('what diverged does not go on', () => {
    const jobs = steps(8, 2, ({ trial }) => (trial < 5 ? null : trial));
    expect(jobs.filter(({ rung }) => rung === 1).map(({ trial }) => trial)).toEqual([1, 5]);
  });

  test('on one rung is a search one by one', () => {
    expect(steps(4, 1, () => 1)).toEqual([1, 2, 3, 4].map((trial) => ({ trial, rung: 0 })));
  });
});

test('at random, trials come in the order of their numbers, those that are wanted only', () => {
  const numbers = (wanted: number[] | undefined, end: number) =>
    [...randomJobs(wanted, end)].map(({ trial }) => trial);
  expect(numbers(undefined, 4)).toEqual([1, 2, 3, 4]);
  expect(numbers([7, 2], 7)).toEqual([2, 7]);
});
