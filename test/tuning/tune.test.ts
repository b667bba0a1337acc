import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { Options } from '../../src/index.ts';
import { RandomStream } from '../../src/random.ts';
import type { Space } from '../../src/tuning/space.ts';
import { type TuneResult, type TuneSettings, tune } from '../../src/tuning/tune.ts';
import { madeUp } from '../made-up-reviews.ts';

const root = mkdtempSync(join(tmpdir(), 'starling-tune-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let dir = '';
let folders = 0;
beforeEach(() => {
  dir = join(root, String(folders++));
});

const options: Partial<Options> = { hidden: [8], pretrainEpochs: [1], epochs: 4, ngrams: 1, threads: 1 };
const space: Space = { learningRate: { min: 0.001, max: 0.1, log: true }, hidden: [[6], [10]] };
const reviews = madeUp(90, true, 1);

function run(more: Partial<TuneSettings> = {}): Promise<TuneResult> {
  return tune(reviews, { options, space, dir, seconds: 0, ...more });
}

const figures = ({ trials }: TuneResult) =>
  trials.map(({ trial, rmse, options: { learningRate } }) => [trial, rmse, learningRate]);

test('trials are judged on reviews set aside, a third of few, and the best has the least RMSE', async () => {
  const result = await run({ trials: [1, 2, 3, 4, 5, 6], unlabelled: madeUp(40, false, 2) });
  expect(result.plan).toEqual({ training: 60, judging: 30, unrated: 40, rungs: [60] });
  const rmse = result.trials.map((trial) => trial.rmse!);
  expect(result.best!.rmse).toBe(Math.min(...rmse));
  expect(new Set(rmse).size).toBe(6);
  for (const { standardError } of result.trials) expect(standardError).toBeGreaterThan(0);
});

test('a trial is the same whichever run makes it, and is not made twice', async () => {
  const all = figures(await run({ trials: [1, 2, 3, 4, 5] }));
  const found: boolean[] = [];
  const onTrial: TuneSettings['onTrial'] = (_trial, _best, there) => void found.push(there);
  expect(figures(await run({ onTrial }))).toEqual(all);
  expect(found).toEqual([true, true, true, true, true]);
  rmSync(join(dir, 'trial-3.json'));
  found.length = 0;
  expect(figures(await run({ trials: [1, 2, 3, 4, 5], onTrial }))).toEqual(all);
  expect(found).toEqual([true, true, false, true, true]);
});

test('trials that machines made apart are found together, over the gaps', async () => {
  await run({ trials: [2, 6] });
  expect(figures(await run()).map(([trial]) => trial)).toEqual([2, 6]);
});

test('a run that is killed loses the trial that it was at only', async () => {
  await expect(
    run({
      trials: [1, 2, 3],
      onTrial: ({ trial }) => {
        if (trial === 2) throw new Error('killed');
      },
    }),
  ).rejects.toThrow('killed');
  expect(readdirSync(dir).sort()).toEqual(['trial-1.json', 'trial-2.json']);
});

test('begins trials as long as there is time, and one at least', async () => {
  const result = await run({ seconds: 0.001 });
  expect(result.trials).toHaveLength(1);
  const more = await run({ seconds: 3 });
  expect(more.trials.length).toBeGreaterThan(1);
  expect(more.trials.length).toBe(readdirSync(dir).length);
});

test('a trial that diverges is a result, not an end', async () => {
  const wild: Space = { learningRate: [1e30 as number].map(() => 100) };
  const result = await run({
    space: wild,
    options: { ...options, optimizer: 'sgd', head: 'linear', pretrain: false },
    trials: [1, 2],
  });
  expect(result.trials[1].rmse).toBeNull();
  expect(result.best!.trial).toBe(1);
});

test('no text that judges is in what is learned: a word of judges alone is not in the vocabulary', async () => {
  // Each rated text holds a word of its own; with a vocabulary of all words, those of the judges must be missing.
  const seen = new Set<number>();
  const result = await run({
    options: { ...options, minDocumentFrequency: 1 },
    trials: [1],
    unlabelled: reviews.map(({ text }) => ({ id: '', text, rating: null })),
    onPlan: ({ unrated }) => seen.add(unrated),
  });
  // Copies of the judges' texts among the unlabelled are left out: 60 of 90 remain.
  expect([...seen]).toEqual([result.plan.training]);
});

test('trials of another search are refused', async () => {
  await run({ trials: [1] });
  await expect(run({ trials: [1], space: { dropout: [0.1, 0.2] } })).rejects.toMatchObject({
    code: 'BAD_CHECKPOINT',
  });
  await expect(run({ trials: [2], options: { ...options, seed: 5 } })).rejects.toThrow(
    'seed was 1, now it is 5',
  );
});

test('a damaged trial is made again', async () => {
  const before = figures(await run({ trials: [1] }));
  const path = join(dir, 'trial-1.json');
  writeFileSync(path, readFileSync(path, 'utf8').slice(0, 300));
  expect(figures(await run({ trials: [1] }))).toEqual(before);
});

test('too few rated reviews are refused', async () => {
  await expect(tune(reviews.slice(0, 19), { dir, seconds: 1 })).rejects.toMatchObject({
    code: 'NOT_ENOUGH_DATA',
  });
});

describe('by successive halving', () => {
  const many = madeUp(1400, true, 3);
  const all = { training: 933, judging: 467, unrated: 0, rungs: [311, 933] };
  const halve = (more: Partial<TuneSettings> = {}) =>
    tune(many, { options, space, dir, seconds: 0, strategy: 'halving', ...more });
  /** Ends a run after as many trials. */
  const endedAfter = (count: number): Partial<TuneSettings> => {
    let made = 0;
    return {
      seconds: 600,
      onTrial: () => {
        if (++made === count) throw new Error('enough');
      },
    };
  };
  const steps = ({ trials }: TuneResult) => trials.map(({ trial, reviews, rmse }) => [trial, reviews, rmse]);

  test('the best third of the trials on few reviews is tried on all, and the best is of those on all', async () => {
    await expect(halve(endedAfter(8))).rejects.toThrow('enough');
    const result = await halve();
    expect(result.plan).toEqual(all);
    const [first, ...rest] = result.trials;
    const few = rest.slice(0, 3);
    expect([first.trial, first.reviews]).toEqual([1, 933]);
    expect(few.map(({ trial, reviews }) => [trial, reviews])).toEqual([2, 3, 4].map((trial) => [trial, 311]));
    const leading = few.reduce((a, b) => (b.rmse! < a.rmse! ? b : a));
    expect([rest[3].trial, rest[3].reviews]).toEqual([leading.trial, 933]);
    expect(rest[3].rmse).not.toBe(leading.rmse);
    const whole = result.trials.filter(({ reviews }) => reviews === 933);
    expect(result.best!.rmse).toBe(Math.min(...whole.map(({ rmse }) => rmse!)));
    expect(result.best!.reviews).toBe(933);
    expect(result.trials).toHaveLength(8);
  });

  test('a run that was ended goes on as one that was not', async () => {
    const straight = join(root, 'straight');
    await expect(halve({ ...endedAfter(7), dir: straight })).rejects.toThrow('enough');
    await expect(halve(endedAfter(3))).rejects.toThrow('enough');
    await expect(halve(endedAfter(7))).rejects.toThrow('enough');
    const [once, twice] = [await halve({ dir: straight }), await halve()];
    expect(steps(twice)).toEqual(steps(once));
    expect(once.trials).toHaveLength(7);
  });

  test('a trial on all reviews is the one that a search at random makes', async () => {
    await expect(halve(endedAfter(5))).rejects.toThrow('enough');
    const { trial, rmse } = (await halve()).trials[4];
    const other = await tune(many, { options, space, dir: join(root, 'other'), seconds: 0, trials: [trial] });
    expect(other.trials[0].rmse).toBe(rmse);
  });

  test('is refused where the trials are named, which it cannot know', async () => {
    await expect(halve({ trials: [1] })).rejects.toMatchObject({ code: 'BAD_OPTION' });
  });
});

test('says by how much the best is better than the options as given, whether trials are made or found', async () => {
  const made = await run({ trials: [1, 2, 3] });
  const { best, gain, trials } = made;
  expect(best!.trial).not.toBe(1);
  expect(gain!.rmse).toBeCloseTo(trials[0].rmse! - best!.rmse!, 6);
  expect(gain!.standardError).toBeGreaterThan(0);
  expect((await run()).gain).toEqual(gain);
  rmSync(join(dir, 'trial-1.json'));
  const without = await run();
  expect([without.gain, without.chosen]).toEqual([null, without.best]);
});

test('chooses the options as given where the best is better by less than a standard error', async () => {
  const choices: (number | undefined)[] = [];
  const onTrial: TuneSettings['onTrial'] = (_trial, _best, _found, chosen) =>
    void choices.push(chosen?.trial);
  // Ratings that have nothing to do with the text: whatever is better is luck.
  const chance = RandomStream.fromSeed(9);
  const luck = madeUp(90, true, 3).map((review, i) => ({ ...review, rating: 1 + chance.integer(i, 5) }));
  const free: Space = { dropout: { min: 0, max: 0.8, log: false } };
  const settings = { options: { ...options, learningRate: 0.01 }, space: free, dir, seconds: 0 };
  const { best, gain, chosen } = await tune(luck, { ...settings, trials: [1, 2, 3], onTrial });
  expect(best!.trial).not.toBe(1);
  expect(gain!.rmse).toBeGreaterThan(0);
  expect(gain!.rmse).toBeLessThan(gain!.standardError);
  expect(chosen!.trial).toBe(1);
  expect([choices.length, choices[0], choices[2]]).toEqual([3, 1, 1]);
  dir = join(dir, 'much');
  const much = await run({ options: { ...options, learningRate: 1e-4 }, trials: [1, 2, 3] });
  expect(much.gain!.rmse).toBeGreaterThan(much.gain!.standardError);
  expect(much.chosen).toBe(much.best);
});
